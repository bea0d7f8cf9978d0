// Writes the pictures of the README: the overview of the sandbox and the traffic with an exchange opened.
import { join } from 'node:path';
import { launch, open, sandbox, traffic } from './browser.js';

const folder = process.argv[2];
const browser = await launch();
for (let i = 0; i < 3; i++) await traffic(sandbox);
const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: 'light' });
const overview = await open(context, sandbox, 'overview');
await overview.screenshot({ path: join(folder, 'console-overview.png') });
const page = await open(context, sandbox, 'traffic');
await page.getByRole('button', { name: /finding/ }).first().click();
await page.getByRole('heading', { name: 'Findings' }).waitFor();
await page.screenshot({ path: join(folder, 'console-traffic.png') });
await browser.close();
