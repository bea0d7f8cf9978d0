// The browser, the two products that `run` started, and the traffic that the screens show.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const sandbox = { name: 'sandbox', origin: process.env.SANDBOX_URL, prefix: '/_sandbox' };
export const witness = { name: 'witness', origin: process.env.WITNESS_URL, prefix: '/_witness' };
sandbox.screens = ['overview', 'traffic', 'findings', 'coverage', 'contract', 'contract/cloudcockpit/updateCustomerUser', 'state', 'faults', 'clock', 'outbox'];
witness.screens = ['overview', 'traffic', 'findings', 'coverage', 'contract', 'proposal'];

export const pageOf = (product, screen) => `${product.origin}${product.prefix}/ui/#/${screen}`;

// launch starts Chromium without what it would ask of other hosts.
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// open opens a screen and waits until it has its data. Everything that a console must not do is collected in page.faults.
export async function open(context, product, screen) {
  const page = await context.newPage();
  page.faults = [];
  // Chromium also reports each response that is no success; those the screens show themselves.
  page.on('console', m => { if (['error', 'warning'].includes(m.type()) && !m.text().startsWith('Failed to load resource')) page.faults.push(`console: ${m.text()}`); });
  page.on('pageerror', e => page.faults.push(`error: ${e.message}`));
  page.on('request', r => { if (!r.url().startsWith(product.origin) && !r.url().startsWith('data:')) page.faults.push(`request to another origin: ${r.url()}`); });
  await page.addInitScript(() => addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`)));
  await page.goto(pageOf(product, screen));
  await settled(page);
  return page;
}

// settled waits until nothing on the page says that it loads.
export async function settled(page) {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => !document.body.innerText.includes('Loading') && document.querySelector('.live')?.innerText.includes('live'));
}

let bearer;
export async function token() {
  bearer ||= fetch(`${sandbox.origin}/portal.cloudcockpit.com/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'demo-csp', client_secret: 'demo-secret', scope: 'any' }),
  }).then(r => r.json()).then(t => t.access_token);
  return bearer;
}

// call sends a CloudCockpit request through a product, as a program would.
export async function call(product, path, options = {}) {
  return fetch(product.origin + path, { ...options, headers: { Authorization: `Bearer ${await token()}`, 'X-Tenant': 'portal.cloudcockpit.com', ...options.headers } });
}

const users = '/v1/Customers/c0000000-0000-4000-8000-000000000001/users?providerInstanceId=b0000000-0000-4000-8000-000000000001';

// traffic sends requests that fit, that depart and that fail, so that no screen is empty.
export async function traffic(product) {
  assert.equal((await call(product, users)).status, 200);
  assert.equal((await call(product, `${users}&pageSize=3&colour=red`)).status, 200);
  assert.equal((await call(product, '/v1/users/groups')).status, 200);
  assert.equal((await call(product, '/v1/Customers')).status, 200);
  assert.equal((await call(product, '/v1/users/groups', { headers: { Authorization: 'Bearer none' } })).status, 401);
  assert.equal((await call(product, `${users}&pageSize=0`)).status, 400);
}
