// The shell of the page: navigation, connection, and the screen that the address names (#/traffic/17).
import { html, render, useState, useEffect, product, base, follow, useTraffic, onTokenWanted, setAdminToken, getJSON, Dialog, Field } from './lib.js';
import { Overview } from './overview.js';
import { Traffic } from './traffic.js';
import { Findings } from './findings.js';
import { Coverage } from './coverage.js';
import { Contract } from './contract.js';
import { State } from './state.js';
import { Faults } from './faults.js';
import { Clock, Outbox } from './clock.js';
import { Proposal } from './proposal.js';

const screens = [
  ['overview', 'Overview', Overview], ['traffic', 'Traffic', Traffic], ['findings', 'Findings', Findings],
  ['coverage', 'Coverage', Coverage], ['contract', 'Contract', Contract],
  ...(product === 'sandbox'
    ? [['state', 'State', State], ['faults', 'Faults', Faults], ['clock', 'Clock', Clock], ['outbox', 'Outbox', Outbox]]
    : [['proposal', 'Proposal', Proposal]]),
];

function useRoute() {
  const read = () => location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const f = () => setRoute(read());
    addEventListener('hashchange', f);
    return () => removeEventListener('hashchange', f);
  }, []);
  return route;
}

function Connection() {
  const { status, sampling } = useTraffic();
  const words = { live: 'live', connecting: 'connecting …', disconnected: 'disconnected, trying again …' };
  return html`<span class="live" role="status"><span class="dot ${status === 'live' ? '' : 'off'}"></span>
    ${words[status]}${sampling > 1 ? ` · showing 1 of ${sampling} exchanges` : ''}</span>`;
}

function TokenPrompt({ close }) {
  const [token, setToken] = useState('');
  const enter = e => { e.preventDefault(); setAdminToken(token); close(); dispatchEvent(new Event('hashchange')); };
  return html`<${Dialog} title="Admin token" close=${close}>
    <p>This ${product} asks for its admin token. It is kept in this page only and forgotten when the page is closed.</p>
    <form class="bar" onSubmit=${enter}>
      <${Field} label="Token"><input type="password" autocomplete="off" value=${token} onInput=${e => setToken(e.target.value)} required /><//>
      <button class="primary">Use token</button>
    </form><//>`;
}

function App() {
  const route = useRoute();
  const [asking, setAsking] = useState(false);
  const [generation, setGeneration] = useState(0);
  useEffect(() => onTokenWanted(() => setAsking(true)), []);
  const [name, title, Screen] = screens.find(s => s[0] === route[0]) || screens[0];
  useEffect(() => { document.title = `${title} · resellerkit ${product}`; }, [title]);
  return html`
    <a class="skip" href="#main" onClick=${e => { e.preventDefault(); document.getElementById('main').focus(); }}>Skip to the content</a>
    <div class="top"><div class="top-in">
      <div class="brand"><b>resellerkit ${product}</b><span class="where">${location.host}${base.replace(/\/$/, '')}</span><${Connection} /></div>
      <nav class="tabs" aria-label="Screens">${screens.map(([id, label]) => html`
        <a key=${id} href=${'#/' + id} aria-current=${id === name ? 'page' : undefined}>${label}</a>`)}</nav>
    </div></div>
    <main id="main" tabindex="-1" key=${name + generation}><${Screen} path=${route.slice(1)} /></main>
    ${asking && html`<${TokenPrompt} close=${() => { setAsking(false); setGeneration(g => g + 1); }} />`}`;
}

const app = document.getElementById('app');
app.textContent = ''; // without it, the loading message stays below the page
render(html`<${App} />`, app);
follow();
