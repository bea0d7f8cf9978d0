// Findings: where exchanges depart from the contract, one line for a place and a rule.
import { html, useState, useEffect, useData, product, Loaded, Panel, Empty, Copyable, Class, Grade, classNames, number, plural, request } from './lib.js';

const status = f => f.status ? `${f.status} ` : '';
const got = f => (f.got || []).map(g => `${g.what} (${number(g.n)})`).join(', ');

export function Findings({ path }) {
  const report = useData('report', 3000);
  const [filter, setFilter] = useState({ class: '', operation: '', text: '' });
  const [open, setOpen] = useState(path[0] || '');
  useEffect(() => { if (path[0]) setOpen(path[0]); }, [path[0]]);
  const set = part => setFilter({ ...filter, ...part });
  const fits = f => (!filter.class || f.class === filter.class) && (!filter.operation || f.operation === filter.operation) &&
    (!filter.text || JSON.stringify(f).toLowerCase().includes(filter.text.toLowerCase()));
  return html`
    <div class="title"><h1>Findings</h1><p class="lead">One line for a place and a rule, with how often it was seen. A finding holds no value of any message.</p></div>
    <${Loaded} of=${report} what="the findings">${data => {
      const list = data.findings.filter(fits);
      const one = data.findings.find(f => f.id === open);
      const operations = [...new Set(data.findings.map(f => f.operation).filter(Boolean))].sort();
      return html`<div class="bar" role="search">
        <select aria-label="Class" value=${filter.class} onChange=${e => set({ class: e.target.value })}><option value="">Every class</option>${Object.entries(classNames).map(([c, name]) => html`<option key=${c} value=${c}>${name}</option>`)}</select>
        <select aria-label="Operation" value=${filter.operation} onChange=${e => set({ operation: e.target.value })}><option value="">Every operation</option>${operations.map(o => html`<option key=${o} value=${o}>${o}</option>`)}</select>
        <input type="search" aria-label="Search findings" placeholder="Place or rule" value=${filter.text} onInput=${e => set({ text: e.target.value })} />
        <span class="grow"></span><span class="dim small">${number(list.length)} of ${plural(data.findings.length, 'finding')}</span></div>
      <div class=${one ? 'grid two' : 'grid'}>
        <section class="panel">${list.length ? html`<div class="scroll"><table><thead><tr><th>Class</th><th>Operation and place</th><th>Rule</th>${!one && html`<th>The contract says</th><th>Evidence</th>`}<th class="num">Seen</th></tr></thead><tbody>
          ${list.slice(0, 500).map(f => html`<tr key=${f.id} class="click ${f.id === open ? 'on' : ''}" onClick=${() => setOpen(f.id)}><td><${Class} name=${f.class} /></td>
            <td class="wrap"><button type="button" class="row-open" onClick=${() => setOpen(f.id)}>${f.operation || 'no operation'}</button><div class="mono dim">${status(f)}${f.in !== 'response' ? f.in + ' ' : ''}${f.place}</div></td>
            <td>${f.rule}</td>${!one && html`<td class="wrap">${f.expected}</td><td><${Grade} grade=${f.evidence?.grade} /></td>`}<td class="num">${f.atLeast ? '≥ ' : ''}${number(f.exchanges)}${f.of ? html` <span class="dim">of ${number(f.of)}</span>` : ''}</td></tr>`)}</tbody></table></div>`
          : html`<${Empty} title=${data.findings.length ? 'No finding matches the filter.' : 'No finding so far.'}>${!data.findings.length && 'Everything that was seen fits the contract.'}<//>`}</section>
        ${one && html`<${Detail} key=${one.id} f=${one} close=${() => { setOpen(''); history.replaceState(null, '', '#/findings'); }} />`}
      </div>`;
    }}<//>`;
}

function Detail({ f, close }) {
  return html`<section class="panel"><header><h2 class="wrap">${f.operation || 'no operation'} <code>${f.place}</code></h2><span class="note"><button type="button" onClick=${close}>Close</button></span></header><div class="in">
    <div class="chips"><${Class} name=${f.class} /><span class="badge">${f.rule}</span><${Grade} grade=${f.evidence?.grade} /></div>
    <dl class="facts">
      <dt>Where</dt><dd>${f.status ? `response ${f.status}` : f.in}${f.place && html` <code>${f.place}</code>`}</dd>
      <dt>The contract says</dt><dd>${f.expected || '–'}</dd>
      ${f.got?.length > 0 && html`<dt>What was found</dt><dd>${got(f)}</dd>`}
      <dt>Seen</dt><dd>${f.atLeast ? 'at least ' : ''}${number(f.exchanges)}${f.of ? ` of ${number(f.of)}` : ''} exchanges${f.places > f.exchanges ? `, ${number(f.places)} values` : ''}</dd>
      ${f.first && html`<dt>First and last day</dt><dd>${f.first}${f.last !== f.first ? ` – ${f.last}` : ''}</dd>`}
      ${f.schema && html`<dt>In the document</dt><dd><code>${f.schema}</code>${f.line ? `, line ${f.line}` : ''}</dd>`}
      ${f.also?.length > 0 && html`<dt>Also in</dt><dd>${f.also.join(', ')}</dd>`}
      ${f.evidence?.source && html`<dt>Source</dt><dd>${f.evidence.source}</dd>`}
      ${f.evidence?.reason && html`<dt>Reason</dt><dd>${f.evidence.reason}</dd>`}
    </dl>
    ${f.operation && html`<p><a href=${`#/contract/${f.contract}/${f.operation}`}>Show this operation in the contract</a></p>`}
    ${product === 'witness' && html`<${Settle} f=${f} />`}</div></section>`;
}

// Settle shows what would settle a finding: the hunk of the proposal, and the line for the accept file.
function Settle({ f }) {
  const [hunk, setHunk] = useState('');
  useEffect(() => {
    if (f.proposal !== 'patch') return;
    request(`proposal?contract=${encodeURIComponent(f.contract)}&only=${f.id}`).then(r => r.text()).then(setHunk, () => {});
  }, [f.id]);
  const until = new Date(Date.now() + 90 * 86400e3).toISOString().slice(0, 10);
  return html`${f.proposal === 'patch' ? hunk && html`<h3>What would settle it</h3><pre tabindex="0">${hunk}</pre>` : f.proposal && html`<p class="dim">No patch settles it: ${f.proposal}</p>`}
    <h3>Line for the accept file</h3><${Copyable} text=${`- {id: ${f.id}, until: ${until}, reason: "…"}`} />`;
}
