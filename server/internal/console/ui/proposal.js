// Proposal: the changes to the document that what was seen calls for.
import { html, useState, useEffect, useData, request, save, Loaded, Panel, Empty, Failure } from './lib.js';

export function Proposal() {
  const report = useData('report');
  return html`
    <div class="title"><h1>Proposal</h1><p class="lead">Changes to the OpenAPI document that would settle the findings, each with the counts that it rests on. Nothing is changed until you apply them.</p></div>
    <${Loaded} of=${report} what="the proposal">${data => data.contracts.map(c => html`<${One} key=${c.name} name=${c.name} />`)}<//>`;
}

function One({ name }) {
  const [state, setState] = useState({});
  const load = () => request(`proposal?contract=${encodeURIComponent(name)}&format=diff`).then(r => r.text()).then(diff => setState({ diff }), error => setState(error.status === 409 ? { diff: '', why: error.message.replace(/^409: /, '') } : { error }));
  useEffect(() => { load(); }, [name]);
  const overlay = async () => {
    try { save(`${name}.overlay.yaml`, await (await request(`proposal?contract=${encodeURIComponent(name)}&format=overlay`)).text(), 'application/yaml'); } catch (error) { setState({ ...state, error }); }
  };
  const { diff, error, why } = state;
  return html`<${Panel} title=${name} actions=${html`<button type="button" disabled=${!diff} onClick=${() => save(`${name}.patch`, diff, 'text/x-diff')}>Download the diff</button><button type="button" onClick=${overlay}>Download an overlay</button>`}>
    <div class="in">${error && html`<${Failure} error=${error} retry=${load} />`}
    ${diff ? hunks(diff).map((h, i) => html`<pre key=${i} tabindex="0">${h.map((line, j) => html`<span key=${j} class=${kind(line)}>${line}${'\n'}</span>`)}</pre>`)
      : diff === '' && html`<${Empty} title="There is nothing to change.">${why || 'No finding so far has a patch.'}<//>`}</div><//>`;
}

const kind = line => line.startsWith('+') && !line.startsWith('+++') ? 'add' : line.startsWith('-') && !line.startsWith('---') ? 'del' : line.startsWith('@@') || line.startsWith('#') ? 'hunk' : '';

// hunks splits a unified diff before each line that begins with @@; what comes before the first is a part of its own.
function hunks(diff) {
  const parts = [[]];
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('@@')) parts.push([]);
    parts[parts.length - 1].push(line);
  }
  return parts.filter(p => p.length);
}
