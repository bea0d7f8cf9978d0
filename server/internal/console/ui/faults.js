// Faults: make requests fail, and see which rules have acted.
import { html, useState, useData, request, Loaded, Panel, Empty, Failure, Field, useAction, number } from './lib.js';

const presets = [
  ['429 for a second', { action: { status: 429, retryAfter: 1 }, count: 1 }],
  ['503 three times', { action: { status: 503 }, count: 3 }],
  ['500 after it was carried out', { action: { commitThenFail: true }, count: 1 }],
  ['Two seconds late', { action: { latency: 2000 } }],
  ['Cut before the response', { action: { cut: 'before' }, count: 1 }],
  ['Cut within the body', { action: { cut: 'within' }, count: 1 }],
  ['HTML page of a gateway', { action: { gateway: true }, count: 1 }],
  ['Token expired', { action: { expiredToken: true }, count: 1 }],
];

export function describe({ status, retryAfter, latency, cut, gateway, commitThenFail, expiredToken }) {
  const words = [];
  if (latency) words.push(`waits ${latency} ms`);
  if (commitThenFail) words.push('carries the request out');
  if (expiredToken) words.push('401, token expired');
  if (gateway) words.push(`HTML page of a gateway, ${status || 502}`);
  else if (status) words.push(`responds ${status}`);
  else if (commitThenFail && !cut) words.push('responds 500');
  if (retryAfter != null) words.push(`Retry-After: ${retryAfter}`);
  if (cut) words.push(`cuts the connection ${cut} the response`);
  return words.join(', then ').replace(', then Retry-After', ', Retry-After') || 'nothing';
}

export function Faults() {
  const faults = useData('faults', 2000);
  const put = async rules => {
    await request('faults', { method: 'PUT', body: { rules: rules.map(({ acted, ...rule }) => rule) } });
    await faults.reload();
  };
  return html`
    <div class="title"><h1>Faults</h1><p class="lead">Rules are read in order for each request, right after routing; the first one that matches acts and counts down.</p></div>
    <${Loaded} of=${faults} what="the faults">${data => html`
      <div class="grid two">
        <${Armed} rules=${data.rules} put=${put} reload=${faults.reload} />
        <${Arm} rules=${data.rules} put=${put} />
      </div>`}<//>`;
}

function Armed({ rules, put, reload }) {
  const clear = useAction(async () => { await request('faults', { method: 'DELETE' }); await reload(); return 'No fault is set.'; });
  const without = i => put(rules.filter((_, j) => j !== i));
  return html`<${Panel} title="Rules that are set" actions=${html`<button type="button" class="danger" disabled=${!rules.length || clear.busy} onClick=${() => clear.run()}>Clear all</button>`}>
    ${rules.length ? html`<div class="scroll"><table><thead><tr><th>Operation</th><th>What happens</th><th class="num">Left</th><th class="num">Acted</th><th><span class="visually-hidden">Remove</span></th></tr></thead><tbody>
      ${rules.map((r, i) => html`<tr key=${i}><td class="wrap">${r.operation || 'every operation'}${r.match && html`<div class="dim small">${matchWords(r.match)}</div>`}</td>
        <td>${describe(r.action)}</td><td class="num">${r.count ?? (r.match?.nth ? 'once' : 'always')}</td><td class="num">${number(r.acted)}</td>
        <td class="num"><button type="button" class="link" onClick=${() => without(i)}>Remove<span class="visually-hidden"> rule ${i + 1}</span></button></td></tr>`)}
    </tbody></table></div>` : html`<${Empty} title="No fault is set.">Every request succeeds if the contract and the state allow it.<//>`}
    ${clear.shown}<//>`;
}

function matchWords(m) {
  return [m.nth && `from request ${m.nth}`, m.probability != null && `in ${Math.round(m.probability * 100)} % of requests`, m.correlationId && `correlation id ${m.correlationId}`].filter(Boolean).join(', ');
}

function Arm({ rules, put }) {
  const [operation, setOperation] = useState('');
  const [text, setText] = useState('');
  const [preset, setPreset] = useState(0);
  const operations = useData('explain');
  const known = (operations.data?.contracts || []).flatMap(c => c.operations.map(o => o.id));
  const arm = useAction(async () => {
    const rule = { ...(operation && { operation }), ...presets[preset][1] };
    await put([...rules, rule]);
    return 'The rule is set.';
  });
  const own = useAction(async () => {
    let rule;
    try { rule = JSON.parse(text); } catch (e) { throw new Error(`The rule is not JSON: ${e.message}`); }
    await put([...rules, ...(Array.isArray(rule) ? rule : rule.rules || [rule])]);
    return 'The rule is set.';
  });
  return html`<div class="grid"><${Panel} title="Add a fault"><form class="in" onSubmit=${e => { e.preventDefault(); arm.run(); }}>
      <${Field} label="Operation"><select value=${operation} onChange=${e => setOperation(e.target.value)}><option value="">Every operation</option>${known.map(o => html`<option key=${o} value=${o}>${o}</option>`)}</select><//>
      <${Field} label="What happens"><select value=${preset} onChange=${e => setPreset(+e.target.value)}>${presets.map(([name], i) => html`<option key=${i} value=${i}>${name}</option>`)}</select><//>
      <div class="bar"><button class="primary" disabled=${arm.busy}>Add the fault</button><span class="dim small">${describe(presets[preset][1].action)}${presets[preset][1].count ? `, ${presets[preset][1].count} ×` : ''}</span></div>
      ${arm.shown}</form><//>
    <${Panel} title="A rule of your own"><form class="in" onSubmit=${e => { e.preventDefault(); own.run(); }}>
      <${Field} label="Rule as JSON, as PUT /_sandbox/faults takes it"><textarea value=${text} spellcheck="false" placeholder=${'{"operation":"listCustomerUsers","match":{"nth":3},"action":{"status":429,"retryAfter":1}}'} onInput=${e => setText(e.target.value)}></textarea><//>
      <div class="bar"><button disabled=${own.busy || !text.trim()}>Add the rule</button></div>${own.shown}</form><//></div>`;
}
