// The forms in which one user is created, edited and deleted.
import { html, useState, useEffect, Dialog, Field, useAction } from './lib.js';
import { query } from './api.js';

// CockpitUser edits a user of a customer: its attributes, its password and its licences are three operations of the API.
export function CockpitUser({ s, customer, instance, user, close }) {
  const at = `/v1/Customers/${customer.id}/users/${user.id}`;
  const [form, setForm] = useState(user);
  const [password, setPassword] = useState('');
  const [licenses, setLicenses] = useState(null);
  useEffect(() => {
    s.json('GET', `/v1/Customers/${customer.id}/licenses${query({ providerInstanceId: instance, resellerId: customer.resellerId })}`).then(setLicenses, () => setLicenses([]));
  }, []);
  const set = (name, value) => setForm({ ...form, [name]: value === '' ? null : value });
  const saveUser = useAction(async () => { await s.json('PATCH', at, { providerInstanceId: instance, customerUser: { ...form, temporaryPassword: null } }); return 'The user is saved.'; });
  const setPass = useAction(async () => {
    await s.json('PATCH', at + '/reset-password', { providerInstanceId: instance, customerUser: { ...form, temporaryPassword: password } });
    setPassword('');
    return 'The password is set, and a mail is in the outbox.';
  });
  const text = (name, label, required) => html`<${Field} label=${label}><input value=${form[name] ?? ''} required=${required} onInput=${e => set(name, e.target.value)} /><//>`;
  return html`<${Dialog} title=${user.displayName} close=${close}>
    <form class="grid" onSubmit=${e => { e.preventDefault(); saveUser.run(); }}>
      <div class="fields">${text('displayName', 'Display name', true)}${text('email', 'E-mail', true)}${text('firstName', 'First name')}${text('lastName', 'Last name')}${text('location', 'Location', true)}${text('domain', 'Domain', true)}</div>
      <div class="bar"><button class="primary" disabled=${saveUser.busy}>Save the user</button></div>${saveUser.shown}</form>
    <form class="grid" onSubmit=${e => { e.preventDefault(); setPass.run(); }}><h3>Password</h3>
      <div class="bar"><input type="password" autocomplete="off" aria-label="New password" placeholder="New password" required value=${password} onInput=${e => setPassword(e.target.value)} /><button disabled=${setPass.busy}>Reset the password</button></div>${setPass.shown}</form>
    <${Licenses} s=${s} at=${at} instance=${instance} licenses=${licenses} /><//>`;
}

function Licenses({ s, at, instance, licenses }) {
  const [chosen, setChosen] = useState({});
  const act = useAction(async () => {
    await s.json('PATCH', at + '/licenses', { providerInstanceId: instance, licenses: licenses.map(l => ({ skuId: l.skuId, isSelected: !!chosen[l.skuId] })) });
    return 'The licences are set.';
  });
  if (!licenses?.length) return null;
  return html`<form class="grid" onSubmit=${e => { e.preventDefault(); act.run(); }}><h3>Licences</h3>
    <p class="dim small">The API cannot read which licences a user has. Setting them replaces the user's whole set.</p>
    ${licenses.map(l => html`<label key=${l.skuId}><input type="checkbox" checked=${!!chosen[l.skuId]} onChange=${e => setChosen({ ...chosen, [l.skuId]: e.target.checked })} />${l.name || l.skuId} <span class="dim small">${l.totalLicenses != null ? `${l.consumedLicenses} of ${l.totalLicenses} seats used` : ''}</span></label>`)}
    <div class="bar"><button disabled=${act.busy}>Set the licences</button></div>${act.shown}</form>`;
}

// ReportsUser edits a MyReports user: an existing one by JSON Patch, which can change the display name and the roles.
export function ReportsUser({ s, at, customer, user, close }) {
  const [form, setForm] = useState({ displayName: user.displayName || '', email: user.email || '', roles: (user.roles || []).join(', ') });
  const [charges, setCharges] = useState(false);
  const path = user.id ? `${at}/${user.id}` : at;
  const headers = charges ? { 'accept-charges': 'true' } : {};
  const roles = () => form.roles.split(/[\s,]+/).filter(Boolean);
  const act = useAction(async what => {
    if (what === 'create') await s.json('POST', path, { displayName: form.displayName, email: form.email, roles: roles() }, headers);
    if (what === 'update') await s.json('PATCH', path, [{ op: 'replace', path: '/displayName', value: form.displayName }, { op: 'replace', path: '/roles', value: roles() }], headers);
    if (what === 'delete') await s.json('DELETE', path);
    if (what === 'mail') { await s.json('POST', path + '/sendActivationEmail'); return 'The activation e-mail is in the outbox.'; }
    close();
  });
  const text = (name, fixed) => html`<input value=${form[name]} required=${name !== 'roles'} disabled=${fixed} onInput=${e => setForm({ ...form, [name]: e.target.value })} />`;
  return html`<${Dialog} title=${user.displayName || 'New user'} close=${close}><form class="grid" onSubmit=${e => { e.preventDefault(); act.run(user.id ? 'update' : 'create'); }}>
    <div class="fields"><${Field} label="Display name">${text('displayName')}<//><${Field} label="E-mail">${text('email', !!user.id)}<//><${Field} label="Roles, separated by commas">${text('roles')}<//></div>
    ${customer && html`<label><input type="checkbox" checked=${charges} onChange=${e => setCharges(e.target.checked)} />Accept charges for licence roles</label>`}
    <div class="bar"><button class="primary" disabled=${act.busy}>${user.id ? 'Save the user' : 'Create the user'}</button>
      ${user.id && html`<button type="button" disabled=${act.busy} onClick=${() => act.run('mail')}>Send the activation e-mail</button><button type="button" class="danger" disabled=${act.busy} onClick=${() => act.run('delete')}>Delete the user</button>`}</div>${act.shown}</form><//>`;
}
