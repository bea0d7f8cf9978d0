// Coverage: which operations, statuses, parameters and members were seen, and what is missing.
import { html, useState, useData, Loaded, Panel, Empty, number, percent, plural } from './lib.js';

const states = { never: 'never seen', seen: 'seen', null: 'null seen', differs: 'differs from the contract' };
const marks = { null: '∅', differs: '!' };

const Square = ({ state, label }) => html`<span class="sq ${state}" role="img" aria-label="${label}: ${states[state]}" title="${label}: ${states[state]}">${marks[state] || ''}</span>`;

export function Coverage() {
  const report = useData('report', 5000);
  const [only, setOnly] = useState('');
  return html`
    <div class="title"><h1>Coverage</h1><p class="lead">What of the contract the traffic reached. A clean run says nothing about what was never seen.</p></div>
    <${Loaded} of=${report} what="the coverage">${data => html`
      <div class="bar"><select aria-label="Contract" value=${only} onChange=${e => setOnly(e.target.value)}><option value="">Every contract</option>${data.contracts.map(c => html`<option key=${c.name} value=${c.name}>${c.name}</option>`)}</select>
        <div class="legend">${Object.entries(states).map(([s, words]) => html`<span key=${s}><span class="sq ${s}" aria-hidden="true">${marks[s] || ''}</span>${words}</span>`)}</div></div>
      ${data.contracts.filter(c => !only || c.name === only).map(c => html`<${One} key=${c.name} c=${c} />`)}`}<//>`;
}

function One({ c }) {
  const [all, setAll] = useState(false);
  const part = name => c.coverage?.[name] ? `${name} ${percent(c.coverage[name].seen, c.coverage[name].of)}` : '';
  const missing = c.missing || [];
  return html`<${Panel} title=${c.name} note=${['operations', 'statuses', 'members'].map(part).filter(Boolean).join(' · ')}>
    <div class="scroll"><table><thead><tr><th>Operation</th><th class="num">Seen</th><th>Statuses</th><th>Parameters</th><th>Request members</th><th>Response members</th></tr></thead><tbody>
      ${(c.operations || []).map(o => html`<tr key=${o.id}><td><a href=${`#/contract/${c.name}/${o.id}`}>${o.id}</a></td><td class="num">${number(o.seen)}</td>
        <td class="states"><div class="chips">${(o.statuses || []).map(s => html`<span key=${s.status} class="badge status ${!s.declared ? 'bad' : s.seen ? 'ok' : ''}" title="${s.declared ? '' : 'not declared, '}${plural(s.seen, 'response')}">${s.status}${s.seen ? html`<span class="visually-hidden"> seen</span>` : html`<span class="visually-hidden"> never seen</span>`}${s.declared ? '' : ' !'}</span>`)}</div></td>
        <td><${Squares} list=${(o.parameters || []).map(p => ({ ...p, place: `${p.in} ${p.name}` }))} /></td>
        <td><${Squares} list=${o.request || []} /></td>
        <td><${Squares} list=${(o.statuses || []).flatMap(s => (s.members || []).map(m => ({ ...m, place: `${s.status} ${m.place}` })))} /></td></tr>`)}
    </tbody></table></div>
    ${missing.length > 0 && html`<div class="in"><details open=${all} onToggle=${e => setAll(e.target.open)}><summary>What is missing (${number(missing.length)})</summary>
      ${all && html`<ul class="small mono">${missing.slice(0, 1000).map(m => html`<li key=${m}>${m}</li>`)}</ul>`}</details></div>`}<//>`;
}

function Squares({ list }) {
  if (!list.length) return html`<span class="dim">–</span>`;
  const seen = list.filter(m => m.state !== 'never').length;
  return html`<div class="squares">${list.map((m, i) => html`<${Square} key=${i} state=${m.state} label=${m.place} />`)}</div><span class="dim small">${seen} of ${list.length}</span>`;
}
