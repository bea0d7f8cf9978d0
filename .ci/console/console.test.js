// The console in a browser. The tests use visible labels, as a person does.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { call, launch, open, sandbox, settled, traffic, witness } from './browser.js';

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
let browser;
before(async () => {
  browser = await launch();
  await traffic(sandbox);
  await traffic(witness);
});
after(() => browser?.close());

// One page a screen, at two widths and in both colour schemes: loading it anew for each would take four times as long. axe-core is there
// before the page is, because the page's own policy refuses a script that is added later.
for (const product of [sandbox, witness]) {
  describe(product.name, () => {
    let context;
    before(async () => {
      context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      await context.addInitScript({ content: axe });
    });
    after(() => context.close());
    for (const screen of product.screens) {
      test(`${screen} shows its data without a fault`, async t => {
        const page = await open(context, product, screen);
        for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [360, 'dark'], [360, 'light']]) {
          await t.test(`at ${width} pixels, ${colorScheme}`, async () => {
            await page.setViewportSize({ width, height: 900 });
            await page.emulateMedia({ colorScheme });
            const surplus = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.equal(surplus, 0, `the page is ${surplus} pixels wider than the window`);
            assert.equal(await page.getByRole('alert').count(), 0, await page.locator('main').innerText());
            // Without resultTypes it also describes each element that passes, which takes most of the time on a large screen.
            const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
            const serious = violations.filter(v => v.impact === 'serious' || v.impact === 'critical');
            assert.deepEqual(serious.map(v => `${v.id}: ${v.nodes[0].html}`), []);
          });
        }
        assert.deepEqual(page.faults, []);
        await page.close();
      });
    }
  });
}

test('a fault is armed, strikes, is found, is opened, and is gone after a reset', async () => {
  const page = await open(await browser.newContext(), sandbox, 'faults');
  await page.getByLabel('Operation').selectOption('listGroups');
  await page.getByLabel('What happens').selectOption('429 for a second');
  await page.getByRole('button', { name: 'Add the fault' }).click();
  await page.getByText('The rule is set.').waitFor();

  const refused = await call(sandbox, '/v1/users/groups');
  assert.equal(refused.status, 429);
  const early = await call(sandbox, '/v1/users/groups'); // before Retry-After has passed: the sandbox notes it
  assert.equal(early.status, 200);

  await page.getByRole('link', { name: 'Traffic' }).click();
  await page.getByLabel('With findings only').check();
  const row = page.getByRole('button', { name: /listGroups.*finding/ }).first();
  await row.click();
  await page.getByRole('heading', { name: 'GET listGroups' }).waitFor();
  await page.getByRole('heading', { name: 'Findings' }).waitFor();
  assert.match(await page.locator('main').innerText(), /Retry-After/i);

  await page.getByRole('link', { name: 'Faults' }).click();
  await page.getByRole('cell', { name: 'listGroups' }).waitFor();
  await page.getByRole('link', { name: 'State' }).click();
  await page.getByRole('button', { name: 'Reset to the seed …' }).click();
  await page.getByRole('button', { name: 'Reset the sandbox' }).click();
  await page.getByText('The sandbox holds its seed again.').waitFor();
  await page.getByRole('link', { name: 'Faults' }).click();
  await page.getByText('No fault is set.').waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a user is found, edited and read again through the API', async () => {
  const page = await open(await browser.newContext(), sandbox, 'state');
  await page.getByRole('button', { name: 'Contoso' }).click();
  const search = page.getByLabel('Search Users');
  await search.fill('abbott');
  const row = page.getByRole('row', { name: /abbott/i }).first();
  await row.getByRole('button').click();
  await page.getByLabel('Display name').fill('Ada of the Console');
  await page.getByRole('button', { name: 'Save the user' }).click();
  await page.getByText('The user is saved.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await search.fill('of the console');
  await page.getByRole('row', { name: /Ada of the Console/ }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the first exchange of a restarted stream and ten thousand rows stay quick', async () => {
  const page = await open(await browser.newContext(), sandbox, 'traffic');
  await page.evaluate(async () => {
    const { traffic } = await import('/_sandbox/ui/lib.js');
    const one = { operation: 'listGroups', method: 'GET', path: '/v1/users/groups', status: 200, duration: 1, findings: [], time: new Date().toISOString() };
    traffic.list = Array.from({ length: 10000 }, (_, i) => ({ ...one, id: 1e6 - i }));
  });
  await call(sandbox, '/v1/users/groups'); // draws the list again
  await page.getByText(/of 10,000 shown/).waitFor();
  assert.ok(await page.locator('.feed-row').count() < 120, 'only the rows in sight are in the document');
  await page.context().close();
});

test('the page paints and says that it lost its server', async () => {
  const page = await open(await browser.newContext(), sandbox, 'overview');
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  console.log(`first contentful paint after ${Math.round(paint)} ms`);
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Faults' }).click();
  await page.getByRole('alert').first().waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await settled(page);
  await page.context().close();
});
