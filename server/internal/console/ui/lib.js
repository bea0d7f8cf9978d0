// What all screens share: the endpoints of the control plane, live data, and small components.
import { html, useState, useEffect, useRef, useMemo, useCallback } from './vendor/htm-preact.js';

export { html, useState, useEffect, useRef, useMemo, useCallback };
export { render } from './vendor/htm-preact.js';

// The page is served at /_sandbox/ui/ or /_witness/ui/, and its endpoints are one level above.
export const base = new URL('..', location.href.split(/[?#]/)[0]).pathname;
export const product = base.includes('_witness') ? 'witness' : 'sandbox';

// The admin token is kept in this variable only, so that it is gone when the page is closed.
let adminToken = '';
const tokenWanted = new Set();
export function setAdminToken(token) { adminToken = token; }
export function onTokenWanted(f) { tokenWanted.add(f); return () => tokenWanted.delete(f); }

// request sends a request to the control plane. It throws an Error with the problem's detail where the status is not 2xx.
export async function request(path, options = {}) {
  const headers = { ...options.headers };
  if (adminToken) headers.Authorization = 'Bearer ' + adminToken;
  let body = options.body;
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Blob)) {
    body = JSON.stringify(body);
    headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(base + path, { ...options, headers, body });
  if (response.status === 401) tokenWanted.forEach(f => f());
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response) {
  const text = await response.text();
  let detail = text.slice(0, 500);
  try {
    const p = JSON.parse(text);
    const places = (p.errors || []).map(e => `${e.where || e.propertyName || ''} ${e.pointer || ''}: ${e.expected || e.description || e.rule}`);
    detail = [p.detail || p.description || p.message || p.title, ...places].filter(Boolean).join(' · ');
  } catch { /* not JSON: its text is shown */ }
  const error = new Error(`${response.status}: ${detail || response.statusText}`);
  error.status = response.status;
  return error;
}
export { problem };

export async function getJSON(path) {
  const response = await request(path);
  return response.status === 204 ? null : response.json();
}

// useData loads path, and again every `every` milliseconds and on reload().
export function useData(path, every = 0) {
  const [state, setState] = useState({ loading: true });
  const load = useCallback(async () => {
    try { setState({ data: await getJSON(path) }); } catch (error) { setState(old => ({ data: old.data, error })); }
  }, [path]);
  useEffect(() => {
    load();
    if (!every) return undefined;
    const timer = setInterval(() => { if (!document.hidden) load(); }, every);
    return () => clearInterval(timer);
  }, [load, every]);
  return { ...state, reload: load };
}

// ---- live exchanges ----

// The newest exchanges, the newest first. A list holds at most `keep`; only the newest `withBodies` keep their messages.
const keep = 10000, withBodies = 1000;
export const traffic = { list: [], status: 'connecting', paused: false, seen: 0, sampling: 1, last: 0 };
const listeners = new Set();
let waiting = [], flushing = 0, second = 0, inSecond = 0;

export function useTraffic() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const f = () => redraw(n => n + 1);
    listeners.add(f);
    f(); // what changed between the first drawing and this subscription would not be seen otherwise
    return () => listeners.delete(f);
  }, []);
  return traffic;
}
const notify = () => listeners.forEach(f => f());
export function pause(on) { traffic.paused = on; if (!on) flush(); notify(); }
export function forget() { traffic.list = []; waiting = []; notify(); }

// Exchanges are drawn four times a second at most. Above 200 a second only one of n is kept, and the page says so: otherwise the
// browser would spend its time on rows that scroll past unread.
function arrived(x) {
  traffic.seen++;
  traffic.last = Math.max(traffic.last, x.id);
  const now = Math.floor(performance.now() / 1000);
  if (now !== second) {
    traffic.sampling = Math.max(1, Math.ceil(inSecond / 200));
    second = now; inSecond = 0;
  }
  inSecond++;
  if (traffic.sampling > 1 && !(x.findings || []).length && inSecond % traffic.sampling) return;
  waiting.push(x);
  if (waiting.length > keep) waiting.shift();
  flushing ||= setTimeout(flush, 250);
}
function flush() {
  clearTimeout(flushing); flushing = 0;
  if (traffic.paused) { notify(); return; }
  if (waiting.length) {
    traffic.list = waiting.reverse().concat(traffic.list).slice(0, keep);
    waiting = [];
    for (let i = withBodies; i < traffic.list.length && traffic.list[i].request; i++) {
      const { request: _, response: __, ...rest } = traffic.list[i];
      traffic.list[i] = rest;
    }
  }
  notify();
}
export const held = () => waiting.length;

// follow reads the stream of exchanges until the page is closed, and connects again when the stream ends. EventSource cannot
// send the admin token, so the stream is newline-delimited JSON read with fetch.
export async function follow() {
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await request(`exchanges?follow=true&after=${traffic.last}`, { headers: { Accept: 'application/x-ndjson' } });
      setStatus('live');
      attempt = 0;
      await lines(response.body, line => arrived(JSON.parse(line)));
    } catch { /* the connection was lost: try again below */ }
    setStatus('disconnected');
    await new Promise(done => setTimeout(done, Math.min(5000, 500 * 2 ** Math.min(attempt, 4))));
    await restarted();
  }
}
// restarted begins again at the first exchange when the server counts anew, after a restart.
async function restarted() {
  try {
    const all = await getJSON('exchanges');
    if (all.length && all[all.length - 1].id < traffic.last) traffic.last = 0;
    if (!all.length) traffic.last = 0;
  } catch { /* still gone */ }
}
function setStatus(status) { traffic.status = status; notify(); }
async function lines(stream, each) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop();
    for (const part of parts) if (part.trim()) each(part);
  }
}

// ---- formats ----

export const number = n => (n ?? 0).toLocaleString('en-GB');
export const percent = (n, of) => of ? Math.floor(100 * n / of) + ' %' : '–';
export const plural = (n, one, many = one + 's') => `${number(n)} ${n === 1 ? one : many}`;
export const bytes = n => n == null ? '–' : n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KiB` : `${(n / 1048576).toFixed(1)} MiB`;
export const millis = ms => ms == null ? '–' : ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
export const clockTime = t => t ? new Date(t).toLocaleTimeString('en-GB', { hour12: false }) + '.' + String(new Date(t).getMilliseconds()).padStart(3, '0') : '';
export const dateTime = t => t ? new Date(t).toISOString().replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC') : '';

// ---- components ----

export const Status = ({ code }) => html`<span class="badge status ${code >= 500 || !code ? 'bad' : code >= 400 ? 'warn' : 'ok'}">${code || 'cut'}</span>`;
const gradeKinds = { documented: 'ok', observed: 'ok', inferred: 'warn', decided: 'info' };
export const Grade = ({ grade }) => html`<span class="badge ${gradeKinds[grade] || ''}">${grade || 'not stated'}</span>`;
const classKinds = { differs: 'bad', new: 'warn', strict: 'info', yours: 'info', foreign: '' };
export const classNames = { differs: 'differs', new: 'not in the contract', strict: 'stricter than OpenAPI', yours: 'your request', foreign: 'gateway' };
export const Class = ({ name }) => html`<span class="badge ${classKinds[name] || ''}">${classNames[name] || name}</span>`;

export const Empty = ({ title, children }) => html`<div class="empty"><b>${title}</b>${children && html`<div>${children}</div>`}</div>`;
export const Failure = ({ error, retry }) => html`<p class="error" role="alert">${error.message} ${retry && html`<button class="link" onClick=${retry}>Try again</button>`}</p>`;

// Loaded shows what useData has: a placeholder, the failure, or the children made from the data.
export function Loaded({ of, children, what = 'data' }) {
  if (of.data === undefined || of.data === null) {
    return of.error ? html`<${Failure} error=${of.error} retry=${of.reload} />` : html`<p class="boot" role="status">Loading ${what} …</p>`;
  }
  return html`${of.error && html`<${Failure} error=${of.error} retry=${of.reload} />`}${children(of.data)}`;
}

export function Panel({ title, note, children, actions }) {
  return html`<section class="panel"><header><h2>${title}</h2>${note && html`<span class="note">${note}</span>`}${actions && html`<span class="${note ? '' : 'note'} bar">${actions}</span>`}</header>${children}</section>`;
}

export function Copy({ text, label = 'Copy' }) {
  const [done, setDone] = useState('');
  const copy = async () => {
    try { await navigator.clipboard.writeText(text); setDone('Copied'); } catch { setDone('Select and copy by hand'); }
    setTimeout(() => setDone(''), 2000);
  };
  return html`<button type="button" onClick=${copy}><span aria-live="polite">${done || label}</span></button>`;
}
export const Copyable = ({ text }) => html`<div class="copy"><pre class="lines" tabindex="0">${text}</pre><${Copy} text=${text} /></div>`;

export function Dialog({ title, close, children }) {
  const ref = useRef();
  useEffect(() => { ref.current.showModal(); }, []);
  return html`<dialog ref=${ref} aria-label=${title} onClose=${close} onClick=${e => { if (e.target === ref.current) ref.current.close(); }}>
    <header><h2>${title}</h2><button type="button" onClick=${() => ref.current.close()}>Close</button></header>
    <div class="in">${children}</div></dialog>`;
}

// Prose shows text of the contract: what stands between backticks is code.
export const Prose = ({ text }) => (text || '').split('`').map((part, i) => i % 2 ? html`<code>${part}</code>` : part);

export function Field({ label, children }) { return html`<label class="field"><span>${label}</span>${children}</label>`; }

// useAction wraps an asynchronous action: while it runs its button is disabled, then its outcome is shown.
export function useAction(action) {
  const [state, setState] = useState({});
  const run = async (...args) => {
    setState({ busy: true });
    try { setState({ done: await action(...args) || 'Done.' }); } catch (error) { setState({ error }); }
  };
  const shown = html`<div role="status">${state.error ? html`<${Failure} error=${state.error} />` : state.done && html`<p class="good">${state.done}</p>`}</div>`;
  return { run, busy: state.busy, shown };
}

export function save(name, text, type = 'application/json') {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const a = document.createElement('a');
  a.href = url; a.download = name; a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// Window draws only the rows in sight of a list in which every row is `height` pixels high.
export function Window({ rows, height, row, label, short }) {
  const ref = useRef();
  const [view, setView] = useState({ top: 0, size: 800 });
  useEffect(() => {
    const el = ref.current;
    const look = () => setView({ top: el.scrollTop, size: el.clientHeight });
    look();
    el.addEventListener('scroll', look, { passive: true });
    return () => el.removeEventListener('scroll', look);
  }, []);
  const first = Math.max(0, Math.floor(view.top / height) - 8);
  const last = Math.min(rows.length, Math.ceil((view.top + view.size) / height) + 8);
  return html`<div class="feed ${short ? 'feed-short' : ''}" ref=${ref} role="group" aria-label=${label} tabindex="0">
    <div style=${{ height: rows.length * height + 'px' }}></div>
    ${rows.slice(first, last).map((x, i) => row(x, { top: (first + i) * height + 'px' }))}</div>`;
}
