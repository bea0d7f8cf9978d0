// Requests from the page to the two APIs of the sandbox, with a token of one of its clients.
import { problem } from './lib.js';

// Clients of the demo data. Another state has others: their id and secret are typed in.
export const demoClients = [
  { id: 'demo-csp', api: 'cloudcockpit', tenant: 'portal.cloudcockpit.com' },
  { id: 'demo-reseller', api: 'cloudcockpit', tenant: 'portal.cloudcockpit.com' },
  { id: 'fabrikam-csp', api: 'cloudcockpit', tenant: 'portal.fabrikam.example' },
  { id: 'demo-myreports', api: 'myreports' },
  { id: 'other-myreports', api: 'myreports' },
];

// token asks the identity provider of the client's API for an access token, as a program would.
export async function token(client, secret) {
  const cockpit = client.api === 'cloudcockpit';
  const response = await fetch(cockpit ? `/${encodeURIComponent(client.tenant)}/oauth2/v2.0/token` : '/connect/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials', client_id: client.id, client_secret: secret, scope: cockpit ? 'api://cloudcockpit/.default' : 'enterprise',
    }),
  });
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    throw new Error(`No token: ${body.error || response.status}${body.error_description ? ` (${body.error_description})` : ''}`);
  }
  return (await response.json()).access_token;
}

// session sends requests as one client. A token that has expired is replaced once.
export function session(client, secret) {
  let bearer = '';
  const send = async (method, path, body, more = {}, again = false) => {
    bearer ||= await token(client, secret);
    const headers = { ...more, Authorization: `Bearer ${bearer}` };
    if (client.tenant) headers['X-Tenant'] = client.tenant;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    if (response.status === 401 && !again) {
      bearer = '';
      return send(method, path, body, more, true);
    }
    return response;
  };
  return {
    client,
    raw: send,
    async json(method, path, body, more) {
      const response = await send(method, path, body, more);
      if (!response.ok) throw await problem(response);
      const text = await response.text();
      return text ? JSON.parse(text) : null;
    },
  };
}

export const query = values => {
  const q = new URLSearchParams(Object.entries(values).filter(([, v]) => v !== '' && v !== undefined && v !== null));
  return q.size ? '?' + q : '';
};
