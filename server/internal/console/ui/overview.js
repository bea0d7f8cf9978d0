// Overview: what runs where, what was seen, and what to do first when nothing was seen yet.
import { html, useState, useEffect, useData, product, base, useTraffic, Loaded, Panel, Empty, Copyable, Class, classNames, number, percent, plural } from './lib.js';
import { ExchangeRow } from './traffic.js';
import { demoClients, token } from './api.js';

export function Overview() {
  const report = useData('report', 3000);
  const live = useTraffic();
  return html`
    <div class="title"><h1>Overview</h1></div>
    <${Loaded} of=${report} what="the report">${data => {
      const exchanges = data.contracts.reduce((n, c) => n + c.exchanges, 0);
      return html`<${Numbers} data=${data} exchanges=${exchanges} />
        ${!exchanges && !live.list.length && html`<${Begin} />`}
        <div class="grid two">
          <div class="grid"><${Classes} findings=${data.findings} /><${Contracts} contracts=${data.contracts} /></div>
          <${Latest} list=${live.list} />
        </div>`;
    }}<//>`;
}

function Numbers({ data, exchanges }) {
  const sum = name => data.contracts.reduce((a, c) => ({ seen: a.seen + (c.coverage?.[name]?.seen || 0), of: a.of + (c.coverage?.[name]?.of || 0) }), { seen: 0, of: 0 });
  const departures = data.findings.filter(f => f.class === 'differs' || f.class === 'new').length;
  return html`<div class="cards">
    <div class="card"><span class="what">Exchanges</span><span class="value">${number(exchanges)}</span><span class="dim small">${dropped(data.contracts)}</span></div>
    <div class="card"><span class="what">Departures from the contract</span><span class="value">${number(departures)}</span><span class="dim small">${plural(data.findings.length, 'finding')} in all</span></div>
    ${[['operations', 'Operations seen'], ['statuses', 'Statuses seen'], ['members', 'Response members seen']].map(([name, label]) => {
      const { seen, of } = sum(name);
      return html`<div class="card" key=${name}><span class="what">${label}</span><span class="value">${percent(seen, of)}</span>
        <span class="meter" aria-hidden="true"><i style=${{ width: of ? 100 * seen / of + '%' : '0' }}></i></span><span class="dim small">${number(seen)} of ${number(of)}</span></div>`;
    })}</div>`;
}

function dropped(contracts) {
  const n = contracts.reduce((a, c) => a + (c.dropped || 0), 0);
  return n ? `${plural(n, 'exchange')} counted and not checked` : 'all of them were checked';
}

function Classes({ findings }) {
  const byClass = Object.keys(classNames).map(c => [c, findings.filter(f => f.class === c)]).filter(([, list]) => list.length);
  return html`<${Panel} title="Findings" note=${html`<a href="#/findings">All findings</a>`}>
    ${byClass.length ? html`<div class="scroll"><table><thead><tr><th>Class</th><th class="num">Findings</th><th class="num">Exchanges</th><th>Most frequent</th></tr></thead><tbody>
      ${byClass.map(([c, list]) => html`<tr key=${c}><td><${Class} name=${c} /></td><td class="num">${number(list.length)}</td><td class="num">${number(list.reduce((n, f) => n + f.exchanges, 0))}</td>
        <td class="wrap"><a href=${'#/findings/' + list[0].id}>${list[0].operation || 'no operation'} <code>${list[0].place}</code></a></td></tr>`)}</tbody></table></div>`
      : html`<${Empty} title="No finding so far.">Everything that was seen fits the contract.<//>`}<//>`;
}

function Contracts({ contracts }) {
  return html`<${Panel} title="What runs here"><div class="in">
    ${contracts.map(c => html`<dl class="facts" key=${c.name}><dt>Contract</dt><dd><a href=${'#/contract/' + c.name}>${c.name}</a></dd>
      ${c.upstream && html`<dt>${product === 'witness' ? 'Upstream' : 'Served by'}</dt><dd class="mono">${c.upstream}</dd>`}<dt>Exchanges</dt><dd>${number(c.exchanges)}${c.last ? `, last on ${c.last}` : ''}</dd></dl>`)}
    <dl class="facts"><dt>Control plane</dt><dd class="mono">${location.origin}${base.replace(/\/$/, '')}</dd></dl></div><//>`;
}

function Latest({ list }) {
  return html`<${Panel} title="Last exchanges" note=${html`<a href="#/traffic">All traffic</a>`}>
    ${list.length ? html`<div class="feed-short">${list.slice(0, 12).map(x => html`<${ExchangeRow} key=${x.id} x=${x} style=${{ position: 'relative' }} short open=${x => { location.hash = '/traffic/' + x.id; }} />`)}</div>`
      : html`<${Empty} title="Nothing was sent yet." />`}<//>`;
}

// Begin shows the first requests to paste. In the sandbox they hold a token that works.
function Begin() {
  const [lines, setLines] = useState([]);
  useEffect(() => {
    if (product !== 'sandbox') return;
    const [cockpit, reports] = [demoClients[0], demoClients[3]];
    Promise.all([token(cockpit, 'demo-secret'), token(reports, 'demo-secret')]).then(([a, b]) => setLines([
      ['CloudCockpit', `CLOUDCOCKPIT_TOKEN=${a}\ncurl -s -H "Authorization: Bearer $CLOUDCOCKPIT_TOKEN" -H 'X-Tenant: ${cockpit.tenant}' '${location.origin}/v1/Customers'`],
      ['MyReports', `MYREPORTS_TOKEN=${b}\ncurl -s -H "Authorization: Bearer $MYREPORTS_TOKEN" '${location.origin}/api/v1.0/accounts'`],
    ]), () => setLines([['Health', `curl -s ${location.origin}${base}health`]]));
  }, []);
  return html`<${Panel} title="Begin here"><div class="in">
    ${product === 'sandbox' ? html`<p>Paste these lines into a shell. The tokens are valid for an hour.</p>${lines.map(([name, text]) => html`<div key=${name} class="grid"><h3>${name}</h3><${Copyable} text=${text} /></div>`)}`
      : html`<p>Use <code>${location.origin}</code> in place of the service's origin in your program. Requests pass through unchanged and are compared with the contract.</p>`}</div><//>`;
}
