// Contract: the reference of the APIs, each fact with its evidence, and in the sandbox a form to try an operation.
import { html, useState, useEffect, useData, Prose, product, Loaded, Panel, Empty, Grade, Failure, Field, Status, Copyable, useAction, number, plural } from './lib.js';
import { demoClients, session } from './api.js';

export function Contract({ path }) {
  const explained = useData('explain');
  const [find, setFind] = useState('');
  return html`
    <div class="title"><h1>Contract</h1><p class="lead">What the documents say of each operation, and on what evidence.</p></div>
    <${Loaded} of=${explained} what="the contract">${data => {
      const all = data.contracts.flatMap(c => c.operations.map(o => ({ ...o, contract: c.name })));
      const [name, id] = path;
      const current = all.find(o => o.contract === name && o.id === id) || all.find(o => o.contract === name) || all[0];
      const words = find.toLowerCase().split(/\s+/).filter(Boolean);
      const hit = o => words.every(w => JSON.stringify([o.id, o.path, o.summary, o.description, o.tag, o.parameters, o.sentences]).toLowerCase().includes(w));
      return html`<div class="grid split">
        <section class="panel"><div class="in"><input type="search" aria-label="Search the contract" placeholder="Search operations" value=${find} onInput=${e => setFind(e.target.value)} /></div>
          <nav class="ops" aria-label="Operations">${data.contracts.map(c => html`<div key=${c.name}><h3>${c.title || c.name}</h3>
            ${c.operations.filter(hit).map(o => html`<a key=${o.id} href=${`#/contract/${c.name}/${o.id}`} aria-current=${current && o.id === current.id && c.name === current.contract ? 'true' : undefined}>
              <span class="method">${o.method}</span><span class="name">${o.id}</span>${o.guesses > 0 && html`<span class="dim small nowrap" title="facts that are inferred or decided">${plural(o.guesses, 'guess', 'guesses')}</span>`}</a>`)}</div>`)}
            ${words.length > 0 && !all.some(hit) && html`<${Empty} title="No operation matches." />`}</nav></section>
        ${current && html`<${Operation} key=${current.contract + current.id} o=${current} />`}</div>`;
    }}<//>`;
}

function Why({ evidence, line }) {
  if (!evidence?.grade) return null;
  return html`<details><summary><${Grade} grade=${evidence.grade} /></summary><p class="why">${evidence.source && html`Source: ${evidence.source}. `}<${Prose} text=${evidence.reason} />${line ? html` <span class="nowrap">Line ${line}.</span>` : ''}</p></details>`;
}

function Operation({ o }) {
  return html`<div class="grid">
    <section class="panel"><header><h2><span class="method">${o.method}</span> <span class="mono wrap">${o.path}</span></h2>${o.seen != null && html`<span class="note">seen ${number(o.seen)} times</span>`}</header><div class="in">
      <p><b>${o.summary}</b></p>${o.description && html`<p class="wrap"><${Prose} text=${o.description} /></p>`}<${Why} evidence=${o.evidence} line=${o.line} />
      ${o.sentences?.length > 0 && html`<details><summary>${plural(o.sentences.length, 'rule')} of behaviour that no page prints</summary><dl class="facts">
        ${o.sentences.map(s => html`<dt key=${s.id}><${Grade} grade=${s.grade} /></dt><dd><${Prose} text=${s.text} /> <code class="dim">${s.id}</code></dd>`)}</dl></details>`}</div></section>
    ${product === 'sandbox' && html`<${Try} o=${o} />`}
    ${o.parameters?.length > 0 && html`<${Panel} title="Parameters"><div class="scroll"><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th>What it is</th><th>Evidence</th></tr></thead><tbody>
      ${o.parameters.map(p => html`<tr key=${p.in + p.name}><td class="mono nowrap">${p.name}${p.required && html`<span class="badge">required</span>`}</td><td>${p.in}</td><td class="mono wrap">${typeOf(p.schema)}</td><td class="wrap"><${Prose} text=${p.description} /></td><td><${Why} evidence=${p.evidence} line=${p.line} /></td></tr>`)}</tbody></table></div><//>`}
    ${o.request && html`<${Panel} title="Request body" note=${o.request.required ? 'required' : 'optional'}><div class="in">${o.request.description && html`<p><${Prose} text=${o.request.description} /></p>`}<${Why} evidence=${o.request.evidence} />${(o.request.media || []).map(m => html`<${Media} key=${m.type} m=${m} />`)}</div><//>`}
    ${(o.responses || []).map(r => html`<${Panel} key=${r.status} title=${html`<${Status} code=${+r.status || 0} /> ${r.description}`} note=${r.seen != null ? `seen ${number(r.seen)} times` : ''}><div class="in">
      <${Why} evidence=${r.evidence} line=${r.line} />
      ${r.headers?.length > 0 && html`<dl class="facts">${r.headers.map(h => html`<dt key=${h.name}><code>${h.name}</code></dt><dd><${Prose} text=${h.description} /></dd>`)}</dl>`}
      ${(r.media || []).map(m => html`<${Media} key=${m.type} m=${m} />`)}${!r.media?.length && html`<p class="dim">No body.</p>`}</div><//>`)}</div>`;
}

function Media({ m }) {
  return html`<div class="grid half"><div class="tree"><h3 class="mono">${m.type}</h3><ul>${m.schema && html`<${Node} n=${m.schema} open=${2} />`}</ul></div>
    ${m.example !== undefined && html`<div><h3>Example</h3><pre tabindex="0">${typeof m.example === 'string' ? m.example : JSON.stringify(m.example, null, 2)}</pre></div>`}</div>`;
}

function typeOf(n) {
  if (!n) return '';
  const base = n.type === 'array' ? `${typeOf(n.items) || 'any'}[]` : n.ref && n.type === 'object' ? n.ref : n.type || 'any';
  return [base, n.format && `(${n.format})`, n.nullable && 'or null', n.limits, n.enum && 'one of ' + n.enum.join(', ')].filter(Boolean).join(' ');
}

function Node({ n, open }) {
  const below = n.members || n.items?.members;
  const label = html`<span class="key">${n.name || ''}</span> <span class="type">${typeOf(n)}</span> ${n.required && html`<span class="badge">required</span>`} ${n.readOnly && html`<span class="badge">read only</span>`} ${n.writeOnly && html`<span class="badge">write only</span>`} ${n.evidence?.grade && html`<${Grade} grade=${n.evidence.grade} />`}`;
  const text = html`${n.description && html`<div class="dim"><${Prose} text=${n.description} /></div>`}${n.evidence?.reason && html`<div class="why">${n.evidence.reason}</div>`}`;
  if (!below || n.recursive) return html`<li>${label}${text}</li>`;
  return html`<li><details open=${open > 0}><summary>${label}</summary>${text}<ul>${below.map(m => html`<${Node} key=${m.name} n=${m} open=${open - 1} />`)}</ul></details></li>`;
}

// Try sends one request to the sandbox, as a client of the demo data.
function Try({ o }) {
  const [open, setOpen] = useState(false);
  const clients = demoClients.filter(c => c.api === o.contract);
  const example = p => p.example ?? p.schema?.example ?? '';
  const [values, setValues] = useState(Object.fromEntries((o.parameters || []).filter(p => p.required).map(p => [p.in + ' ' + p.name, String(example(p))])));
  const [body, setBody] = useState(o.request?.media?.[0]?.example === undefined ? '' : JSON.stringify(o.request.media[0].example, null, 2));
  const [as, setAs] = useState(clients[0]?.id);
  const [result, setResult] = useState(null);
  const act = useAction(async () => {
    setResult(null);
    const client = clients.find(c => c.id === as);
    const at = (where, f) => (o.parameters || []).filter(p => p.in === where && values[where + ' ' + p.name]).forEach(p => f(p.name, values[where + ' ' + p.name]));
    let path = o.path;
    at('path', (name, v) => { path = path.replace(`{${name}}`, encodeURIComponent(v)); });
    const q = new URLSearchParams();
    at('query', (name, v) => q.append(name, v));
    const more = {};
    at('header', (name, v) => { more[name] = v; });
    const response = await session(client, 'demo-secret').raw(o.method, path + (q.size ? '?' + q : ''), o.request && body ? JSON.parse(body) : undefined, more);
    const text = await response.text();
    let pretty = text;
    try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON */ }
    setResult({ status: response.status, text: pretty });
    return 'The response is below; the exchange is under Traffic.';
  });
  if (!clients.length) return null;
  return html`<section class="panel"><header><h2>Try it</h2><span class="note"><button type="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>${open ? 'Close' : 'Fill in a request'}</button></span></header>
    ${open && html`<form class="in" onSubmit=${e => { e.preventDefault(); act.run(); }}>
      <div class="fields"><${Field} label="Client"><select value=${as} onChange=${e => setAs(e.target.value)}>${clients.map(c => html`<option key=${c.id} value=${c.id}>${c.id}</option>`)}</select><//>
        ${(o.parameters || []).filter(p => p.name !== 'X-Tenant').map(p => html`<${Field} key=${p.in + p.name} label=${`${p.name} (${p.in}${p.required ? ', required' : ''})`}><input value=${values[p.in + ' ' + p.name] || ''} required=${p.required} placeholder=${String(example(p))} onInput=${e => setValues({ ...values, [p.in + ' ' + p.name]: e.target.value })} /><//>`)}</div>
      ${o.request && html`<${Field} label="Body (JSON)"><textarea rows="8" spellcheck="false" value=${body} onInput=${e => setBody(e.target.value)}></textarea><//>`}
      <div class="bar"><button class="primary" disabled=${act.busy}>Send the request</button>${o.method === 'DELETE' && html`<span class="dim small">This deletes in the sandbox.</span>`}</div>
      ${act.shown}${result && html`<div class="grid"><div><${Status} code=${result.status} /></div><pre tabindex="0">${result.text || 'No body.'}</pre></div>`}</form>`}</section>`;
}
