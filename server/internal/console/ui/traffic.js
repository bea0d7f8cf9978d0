// Traffic: the exchanges as they happen, and one of them in detail.
import { html, useState, useMemo, useEffect, product, useTraffic, pause, held, getJSON, Window, Empty, Panel, Copy, Status, Grade, Class, clockTime, dateTime, millis, bytes, number, plural, traffic } from './lib.js';

const findingsOf = x => (x.findings || []).length;

export function ExchangeRow({ x, style, open, on, short }) {
  const n = findingsOf(x);
  return html`<button type="button" class="feed-row" style=${style} key=${x.id} aria-pressed=${!!on} onClick=${() => open(x)}>
    <span class="mono dim">${short ? clockTime(x.time).slice(0, 8) : clockTime(x.time)}</span>
    <span class="method opt">${x.method}</span>
    <span>${x.operation || html`<span class="dim">no operation</span>`}</span>
    ${!short && html`<span class="mono dim opt">${x.path ? x.path + (x.query ? '?' + x.query : '') : ''}</span>`}
    <span><${Status} code=${x.status} /></span>
    ${!short && html`<span class="num dim opt">${millis(x.duration)}</span>`}
    <span>${n > 0 && html`<span class="badge warn">${plural(n, 'finding')}</span>`}</span>
  </button>`;
}

const matches = (x, f) =>
  (!f.operation || x.operation === f.operation) &&
  (!f.status || (f.status === 'cut' ? !x.status : String(x.status).startsWith(f.status))) &&
  (!f.finding || findingsOf(x) > 0) &&
  (!f.correlation || correlation(x).toLowerCase().includes(f.correlation.toLowerCase()));

export function correlation(x) {
  const headers = x.request?.headers || {}, answered = x.response?.headers || {};
  return (headers['X-Correlation-Id'] || answered['X-Correlation-Id'] || [''])[0];
}

export function Traffic({ path }) {
  const live = useTraffic();
  const [filter, setFilter] = useState({ operation: '', status: '', finding: false, correlation: '' });
  const [open, setOpen] = useState(null);
  const set = part => setFilter({ ...filter, ...part });
  const rows = live.list.filter(x => matches(x, filter));
  const operations = useMemo(() => [...new Set(live.list.map(x => x.operation).filter(Boolean))].sort(), [live.list]);
  useEffect(() => {
    if (path[0]) setOpen(live.list.find(x => String(x.id) === path[0]) || null);
  }, [path[0], live.list.length > 0]);
  const show = x => { setOpen(x); history.replaceState(null, '', `#/traffic/${x.id}`); };
  return html`
    <div class="title"><h1>Traffic</h1><p class="lead">Requests to the APIs, the newest first. ${product === 'sandbox'
      ? 'Secrets and undeclared values are replaced before they are kept.' : 'The witness keeps operations, sizes and kinds, and no values.'}</p></div>
    <div class="bar" role="search">
      <select aria-label="Operation" value=${filter.operation} onChange=${e => set({ operation: e.target.value })}>
        <option value="">Every operation</option>${operations.map(o => html`<option key=${o} value=${o}>${o}</option>`)}</select>
      <select aria-label="Status" value=${filter.status} onChange=${e => set({ status: e.target.value })}>
        <option value="">Every status</option><option value="2">2xx</option><option value="4">4xx</option><option value="5">5xx</option><option value="cut">Connection cut</option></select>
      ${product === 'sandbox' && html`<input type="search" aria-label="Correlation id" placeholder="Correlation id" value=${filter.correlation} onInput=${e => set({ correlation: e.target.value })} />`}
      <label><input type="checkbox" checked=${filter.finding} onChange=${e => set({ finding: e.target.checked })} />With findings only</label>
      <span class="grow"></span>
      <span class="dim small">${number(rows.length)} of ${number(live.list.length)} shown${live.paused && held() ? ` · ${number(held())} waiting` : ''}</span>
      <button type="button" aria-pressed=${live.paused} onClick=${() => pause(!live.paused)}>${live.paused ? 'Resume' : 'Pause'}</button>
    </div>
    <div class=${open ? 'grid half' : 'grid'}>
      <section class="panel">${rows.length
        ? html`<${Window} rows=${rows} height=${36} label="Exchanges" short=${!!open} row=${(x, style) => html`<${ExchangeRow} x=${x} style=${style} open=${show} on=${open?.id === x.id} short=${!!open} />`} />`
        : live.list.length ? html`<${Empty} title="No exchange matches the filter.">Widen the filter to see more.<//>`
        : html`<${Empty} title="No exchanges yet.">Send a request to one of the APIs. It appears here at once.<//>`}</section>
      ${open && html`<${Exchange} x=${open} close=${() => { setOpen(null); history.replaceState(null, '', '#/traffic'); }} />`}
    </div>`;
}

function Exchange({ x, close }) {
  return html`<section class="panel"><header><h2>${x.method} ${x.operation || x.path || ''}</h2><${Status} code=${x.status} />
      <span class="note bar">${x.path && product === 'sandbox' && html`<${Copy} text=${curl(x)} label="Copy as curl" />`}<button type="button" onClick=${close}>Close</button></span></header>
    <div class="in">
      <dl class="facts">
        <dt>Time</dt><dd>${dateTime(x.time)}</dd>
        ${x.path && html`<dt>Path</dt><dd class="mono">${x.path}</dd>`}
        ${x.query && html`<dt>Query</dt><dd class="mono">${x.query}</dd>`}
        ${correlation(x) && html`<dt>Correlation id</dt><dd class="mono">${correlation(x)}</dd>`}
        <dt>Duration</dt><dd>${millis(x.duration)}</dd>
      </dl>
      <${FindingList} findings=${x.findings || []} />
      <${Message} title="Request" message=${x.request} findings=${(x.findings || []).filter(f => f.where === 'body')} />
      <${Message} title="Response" message=${x.response} findings=${(x.findings || []).filter(f => f.where === 'response')} />
    </div></section>`;
}

function FindingList({ findings }) {
  if (typeof findings[0] === 'string') { // the witness names findings by their id
    return html`<div><h3>Findings</h3><div class="chips">${findings.map(id => html`<a key=${id} class="mono" href=${'#/findings/' + id}>${id}</a>`)}</div></div>`;
  }
  if (!findings.length) return html`<p class="dim">Request and response fit the contract.</p>`;
  return html`<div><h3>Findings</h3><div class="scroll"><table><thead><tr><th>Where</th><th>Rule</th><th>The contract says</th><th>Evidence</th></tr></thead><tbody>
    ${findings.map((f, i) => html`<tr key=${i}><td class="wrap">${f.where} <code>${f.pointer}</code></td><td>${f.rule}</td><td class="wrap">${f.expected}</td><td><${Grade} grade=${f.grade} /></td></tr>`)}
  </tbody></table></div></div>`;
}

function Message({ title, message, findings }) {
  if (!message) return html`<p class="dim"><b>${title}</b>: not kept, or the connection was cut before.</p>`;
  const headers = Object.entries(message.headers || {}).sort();
  const kinds = message.kinds || [];
  return html`<div class="grid"><h3>${title} <span class="dim">${bytes(message.length)}</span></h3>
    ${headers.length > 0 && html`<details><summary>${plural(headers.length, 'header line')}</summary>
      <dl class="facts">${headers.map(([name, values]) => html`<dt key=${name}>${name}</dt><dd class="mono">${values.join(', ')}</dd>`)}</dl></details>`}
    ${kinds.length > 0 && html`<ul class="mono small">${kinds.map(k => html`<li key=${k}>${k}</li>`)}</ul>`}
    ${message.body ? html`<${Body} message=${message} findings=${findings} />` : message.length > 0 && product === 'sandbox' && html`<p class="dim">The body is not shown: the contract does not say what in it is secret.</p>`}</div>`;
}

// Body shows JSON by lines. A line with a member that a finding speaks of is marked, with the rule behind it.
function Body({ message, findings }) {
  let value;
  try { value = JSON.parse(message.body); } catch { return html`<pre class="lines" tabindex="0">${message.body}${message.cut ? '\n…' : ''}</pre>`; }
  const marked = new Map();
  for (const f of findings) marked.set(f.pointer, [...(marked.get(f.pointer) || []), f.rule]);
  const out = print(value, '', '', marked);
  return html`<pre tabindex="0">${out.map((line, i) => html`<span key=${i} class=${line.rules ? 'hit' : ''}>${line.text}${line.rules ? `   ← ${line.rules.join(', ')}` : ''}${'\n'}</span>`)}</pre>`;
}

function print(value, pointer, indent, marked, key = '') {
  const label = key === '' ? '' : JSON.stringify(key) + ': ';
  const rules = marked.get(pointer);
  if (value === null || typeof value !== 'object') return [{ text: indent + label + JSON.stringify(value), rules }];
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const [openMark, closeMark] = list ? '[]' : '{}';
  if (!entries.length) return [{ text: indent + label + openMark + closeMark, rules }];
  const lines = [{ text: indent + label + openMark, rules }];
  for (const [name, child] of entries) {
    lines.push(...print(child, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, indent + '  ', marked, list ? '' : name));
  }
  lines.push({ text: indent + closeMark });
  return lines;
}

// curl is the request as a command line. The token is not part of it: it is never kept.
export function curl(x) {
  const quote = s => `'${String(s).replaceAll("'", `'\\''`)}'`;
  const parts = ['curl', '-s', '-X', x.method];
  for (const [name, values] of Object.entries(x.request?.headers || {})) {
    if (/^(authorization|content-length|host|user-agent|accept-encoding|connection)$/i.test(name)) continue;
    for (const v of values) if (v !== '[redacted]') parts.push('-H', quote(`${name}: ${v}`));
  }
  parts.push('-H', '"Authorization: Bearer $TOKEN"');
  if (x.request?.body && !x.request.cut) parts.push('--data', quote(x.request.body));
  parts.push(quote(location.origin + x.path + (x.query ? '?' + x.query : '')));
  return parts.join(' ');
}
