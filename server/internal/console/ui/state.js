// State: what the sandbox holds, read and changed through the two APIs as a program would.
import { html, useState, useEffect, useMemo, request, save, Panel, Empty, Failure, Field, Dialog, useAction, number, forget } from './lib.js';
import { demoClients, session, query } from './api.js';
import { CockpitUser, ReportsUser } from './state_forms.js';

const pageSize = 25;

export function State() {
  const [as, setAs] = useState(null);
  const [path, setPath] = useState([]);
  const enter = s => { setAs(s); setPath([]); };
  return html`
    <div class="title"><h1>State</h1><p class="lead">Tables are read, and changes are made, through the two APIs with a client's own token, so that each appears under Traffic.</p></div>
    <${SignIn} enter=${enter} as=${as} />
    ${as && (as.client.api === 'cloudcockpit' ? html`<${Cockpit} key=${as.client.id} s=${as} path=${path} go=${setPath} />` : html`<${Reports} key=${as.client.id} s=${as} path=${path} go=${setPath} />`)}
    <${Document} />`;
}

function SignIn({ enter, as }) {
  const [form, setForm] = useState({ id: 'demo-csp', secret: 'demo-secret', api: 'cloudcockpit', tenant: 'portal.cloudcockpit.com' });
  const act = useAction(async client => {
    const s = session(client, client.secret);
    await s.json('GET', client.api === 'cloudcockpit' ? '/v1/users/groups' : '/api/v1.0/accounts');
    enter(s);
    return `Signed in as ${client.id}.`;
  });
  useEffect(() => { act.run(form); }, []);
  const pick = id => {
    const known = demoClients.find(c => c.id === id);
    if (known) { const next = { tenant: '', ...known, secret: form.secret }; setForm(next); act.run(next); } else setForm({ ...form, id: '' });
  };
  const own = !demoClients.some(c => c.id === form.id);
  return html`<${Panel} title="Client" note=${as ? `${as.client.api}${as.client.tenant ? ', tenant ' + as.client.tenant : ''}` : 'not signed in'}>
    <form class="in" onSubmit=${e => { e.preventDefault(); act.run(form); }}>
      <div class="bar"><select aria-label="Client" value=${own ? '' : form.id} onChange=${e => pick(e.target.value)}>${demoClients.map(c => html`<option key=${c.id} value=${c.id}>${c.id} (${c.api})</option>`)}<option value="">Another client …</option></select></div>
      ${own && html`<div class="fields">
        <${Field} label="Client id"><input required value=${form.id} onInput=${e => setForm({ ...form, id: e.target.value })} /><//>
        <${Field} label="Client secret"><input type="password" autocomplete="off" required value=${form.secret} onInput=${e => setForm({ ...form, secret: e.target.value })} /><//>
        <${Field} label="API"><select value=${form.api} onChange=${e => setForm({ ...form, api: e.target.value })}><option value="cloudcockpit">cloudcockpit</option><option value="myreports">myreports</option></select><//>
        ${form.api === 'cloudcockpit' && html`<${Field} label="Tenant domain"><input required value=${form.tenant} onInput=${e => setForm({ ...form, tenant: e.target.value })} /><//>`}</div>
        <div class="bar"><button class="primary" disabled=${act.busy}>Sign in</button></div>`}
      ${act.shown}</form><//>`;
}

// Listing is one table: loads a page, searches where the operation can, and opens rows.
function Listing({ title, load, columns, open, add, search = true, refresh }) {
  const [find, setFind] = useState('');
  const [page, setPage] = useState(1);
  const [state, setState] = useState({});
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      try { const data = await load({ page, find }); if (current) setState({ data }); } catch (error) { if (current) setState({ error }); }
    }, find ? 200 : 0);
    return () => { current = false; clearTimeout(timer); };
  }, [load, page, find, refresh]);
  const { data, error } = state;
  return html`<${Panel} title=${title} note=${data && `${number(data.total)} in all`}>
    <div class="in"><div class="bar">${search && html`<input type="search" aria-label=${`Search ${title}`} placeholder="Search" value=${find} onInput=${e => { setFind(e.target.value); setPage(1); }} />`}
      <span class="grow"></span>${add && html`<button type="button" class="primary" onClick=${add}>Create a user</button>`}</div>
      ${error && html`<${Failure} error=${error} />`}</div>
    ${data && (data.items.length ? html`<div class="scroll"><table><thead><tr>${columns.map(([name]) => html`<th key=${name}>${name}</th>`)}</tr></thead><tbody>
      ${data.items.map(x => html`<tr key=${x.id} class=${open ? 'click' : ''} onClick=${() => open?.(x)}>${columns.map(([name, cell], i) => html`<td key=${name} class="wrap ${i > 1 ? 'mono' : ''}">${i === 0 && open ? html`<button type="button" class="row-open" onClick=${e => { e.stopPropagation(); open(x); }}>${cell(x)}</button>` : cell(x)}</td>`)}</tr>`)}
    </tbody></table></div>` : html`<${Empty} title=${find ? 'Nothing matches the search.' : 'Nothing is here yet.'} />`)}
    ${data && data.pages > 1 && html`<div class="in"><div class="bar"><button type="button" disabled=${page <= 1} onClick=${() => setPage(page - 1)}>Previous</button><span>Page ${page} of ${number(data.pages)}</span><button type="button" disabled=${page >= data.pages} onClick=${() => setPage(page + 1)}>Next</button></div></div>`}<//>`;
}

const cockpitPage = (s, path, extra = {}) => async ({ page, find }) => {
  const p = await s.json('GET', path + query({ pageNumber: page, pageSize, searchValue: find, ascendingOrder: true, ...extra }));
  if (Array.isArray(p)) return { items: p, total: p.length, pages: 1 }; // a customer's portal users come as a bare list
  return { items: p.items, total: p.totalCount, pages: p.totalPages };
};
// MyReports lists users whole, without a query.
const reportsPage = (s, path) => async ({ page, find }) => {
  const { data } = await s.json('GET', path);
  const hits = data.filter(x => !find || JSON.stringify([x.displayName, x.name, x.email]).toLowerCase().includes(find.toLowerCase()));
  return { items: hits.slice((page - 1) * pageSize, page * pageSize), total: hits.length, pages: Math.ceil(hits.length / pageSize) };
};

function Crumbs({ path, go, first }) {
  return html`<nav class="bar" aria-label="Place"><button type="button" class="link" onClick=${() => go([])}>${first}</button>
    ${path.map((p, i) => html`<span key=${i}>› ${i < path.length - 1 ? html`<button type="button" class="link" onClick=${() => go(path.slice(0, i + 1))}>${p.name}</button>` : html`<b>${p.name}</b>`}</span>`)}</nav>`;
}

function Cockpit({ s, path, go }) {
  const [customer] = path;
  const customers = useMemo(() => cockpitPage(s, '/v1/Customers'), [s]);
  const portal = useMemo(() => cockpitPage(s, '/v1'), [s]);
  if (!customer) {
    return html`<div class="grid half">
      <${Listing} title="Customers" load=${customers} open=${c => go([{ id: c.id, name: c.companyName, customer: c }])} columns=${[['Name', c => c.companyName], ['Reseller', c => c.resellerId || 'direct'], ['Id', c => c.id]]} />
      <${Portal} title="Portal users of the tenant" s=${s} load=${portal} /></div>`;
  }
  return html`<${Crumbs} path=${path} go=${go} first="Customers" /><${Customer} key=${customer.id} s=${s} customer=${customer.customer} />`;
}

function Customer({ s, customer }) {
  const instances = Object.values(customer.providerCustomers || {}).map(p => p.providerInstanceId).filter(Boolean);
  const [instance, setInstance] = useState(instances[0] || '');
  const [editing, setEditing] = useState(null);
  const [refresh, setRefresh] = useState(0);
  const resellerId = customer.resellerId || undefined;
  const users = useMemo(() => cockpitPage(s, `/v1/Customers/${customer.id}/users`, { providerInstanceId: instance, resellerId }), [s, customer.id, instance]);
  const portal = useMemo(() => cockpitPage(s, `/v1/customer/${customer.id}/users`, { resellerId }), [s, customer.id]);
  const open = async u => setEditing(await s.json('GET', `/v1/Customers/${customer.id}/users/${u.id}${query({ providerInstanceId: instance })}`));
  return html`${instances.length > 1 && html`<div class="bar"><${Field} label="Provider instance"><select value=${instance} onChange=${e => setInstance(e.target.value)}>${instances.map(i => html`<option key=${i} value=${i}>${i}</option>`)}</select><//></div>`}
    <div class="grid half">
    <${Listing} title="Users" load=${users} open=${open} refresh=${refresh} columns=${[['Display name', u => u.displayName], ['E-mail', u => u.email], ['Id', u => u.id]]} />
    <${Portal} title="Portal users of the customer" s=${s} load=${portal} path=${`/v1/customer/${customer.id}/users${query({ resellerId })}`} plain /></div>
    ${editing && html`<${CockpitUser} s=${s} customer=${customer} instance=${instance} user=${editing} close=${() => { setEditing(null); setRefresh(n => n + 1); }} />`}`;
}

function Portal({ title, s, load, path, plain }) {
  const [editing, setEditing] = useState(null);
  const [refresh, setRefresh] = useState(0);
  return html`<${Listing} title=${title} load=${load} refresh=${refresh} search=${!plain} open=${setEditing} add=${path && (() => setEditing({}))}
      columns=${[['E-mail', u => u.email], ['Name', u => [u.firstName, u.lastName].filter(Boolean).join(' ')], ['Groups', u => (u.groups || []).map(g => g.name).join(', ')]]} />
    ${editing && html`<${PortalUser} s=${s} path=${path} user=${editing} close=${() => { setEditing(null); setRefresh(n => n + 1); }} />`}`;
}

function PortalUser({ s, path, user, close }) {
  const [form, setForm] = useState({ firstName: '', lastName: '', email: '', groups: [], ...user });
  const [groups, setGroups] = useState([]);
  useEffect(() => { s.json('GET', '/v1/users/groups').then(p => setGroups(p.items), () => {}); }, []);
  const at = `/v1/users/${encodeURIComponent(user.email || '')}`;
  const body = { firstName: form.firstName, lastName: form.lastName, email: form.email, groups: form.groups };
  const act = useAction(async what => {
    if (what === 'create') await s.json('POST', path, body);
    if (what === 'update') await s.json('PATCH', at, { ...body, id: user.id });
    if (what === 'delete') await s.json('DELETE', at);
    close();
  });
  const has = g => form.groups.some(x => x.id === g.id);
  const toggle = g => setForm({ ...form, groups: has(g) ? form.groups.filter(x => x.id !== g.id) : [...form.groups, { id: g.id, name: g.name }] });
  const text = name => html`<input value=${form[name]} required onInput=${e => setForm({ ...form, [name]: e.target.value })} />`;
  return html`<${Dialog} title=${user.email ? `Portal user ${user.email}` : 'New portal user'} close=${close}><form class="grid" onSubmit=${e => { e.preventDefault(); act.run(user.email ? 'update' : 'create'); }}>
    <div class="fields"><${Field} label="First name">${text('firstName')}<//><${Field} label="Last name">${text('lastName')}<//><${Field} label="E-mail">${text('email')}<//></div>
    <div><h3>Groups</h3><div class="bar">${groups.map(g => html`<label key=${g.id}><input type="checkbox" checked=${has(g)} onChange=${() => toggle(g)} />${g.name}</label>`)}</div></div>
    <div class="bar"><button class="primary" disabled=${act.busy}>${user.email ? 'Save' : 'Create'}</button>${user.email && html`<button type="button" class="danger" disabled=${act.busy} onClick=${() => act.run('delete')}>Delete</button>`}</div>${act.shown}</form><//>`;
}

function Reports({ s, path, go }) {
  const [account, customer] = path;
  const at = account && `/api/v1.0/accounts/${account.id}` + (customer ? `/customers/${customer.id}` : '');
  const accounts = useMemo(() => reportsPage(s, '/api/v1.0/accounts'), [s]);
  const customers = useMemo(() => reportsPage(s, at + '/customers'), [s, at]);
  const users = useMemo(() => reportsPage(s, at + '/users'), [s, at]);
  const [editing, setEditing] = useState(null);
  const [refresh, setRefresh] = useState(0);
  const named = [['Name', a => a.name], ['Id', a => a.id]];
  if (!account) return html`<${Listing} title="Accounts" load=${accounts} open=${a => go([{ id: a.id, name: a.name }])} columns=${named} />`;
  return html`<${Crumbs} path=${path} go=${go} first="Accounts" />
    <div class=${customer ? 'grid' : 'grid half'}>
    <${Listing} key=${at} title=${customer ? 'Users of the customer' : 'Users of the account'} load=${users} refresh=${refresh} add=${() => setEditing({})} open=${setEditing}
      columns=${[['Display name', u => u.displayName], ['E-mail', u => u.email], ['Roles', u => (u.roles || []).map(r => r.name || r).join(', ')], ['Id', u => u.id]]} />
    ${!customer && html`<${Listing} title="Customers of the account" load=${customers} open=${c => go([account, { id: c.id, name: c.name }])} columns=${named} />`}</div>
    ${editing && html`<${ReportsUser} s=${s} at=${at + '/users'} customer=${!!customer} user=${editing} close=${() => { setEditing(null); setRefresh(n => n + 1); }} />`}`;
}

function Document() {
  const [confirm, setConfirm] = useState(null);
  const get = useAction(async () => { save('resellerkit-state.json', await (await request('state')).text()); return 'The document is in the downloads.'; });
  const put = useAction(async file => {
    await request('state', { method: 'PUT', body: file, headers: { 'Content-Type': 'application/json' } });
    setConfirm(null);
    return 'The sandbox holds the new state. Sign in again to see it.';
  });
  const reset = useAction(async () => { await request('reset', { method: 'POST' }); setConfirm(null); forget(); return 'The sandbox holds its seed again.'; });
  const act = confirm?.file ? () => put.run(confirm.file) : () => reset.run();
  return html`<${Panel} title="The whole state"><div class="in">
    <p class="dim">The state document has the form of a seed file. It holds the secrets of the clients and no user's password.</p>
    <div class="bar"><button type="button" disabled=${get.busy} onClick=${() => get.run()}>Download the document</button>
      <label class="button">Replace by a file …<input class="visually-hidden" type="file" accept="application/json,.json" onChange=${e => { if (e.target.files[0]) setConfirm({ file: e.target.files[0] }); e.target.value = ''; }} /></label>
      <button type="button" class="danger" onClick=${() => setConfirm({})}>Reset to the seed …</button></div>
    ${get.shown}${put.shown}${reset.shown}</div>
    ${confirm && html`<${Dialog} title=${confirm.file ? 'Replace the state?' : 'Reset the sandbox?'} close=${() => setConfirm(null)}>
      <p>${confirm.file ? `Everything the sandbox holds is replaced by ${confirm.file.name}.` : 'State, outbox, faults, clock and exchanges go back to what they were at the start.'} This cannot be undone.</p>
      <div class="bar"><button type="button" class="primary" onClick=${act}>${confirm.file ? 'Replace the state' : 'Reset the sandbox'}</button></div><//>`}<//>`;
}
