/** The pages Compare, Health and Policy in a real browser, with made-up answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { assertDrawnWhole } from '../support/drawn-whole.ts';
import { COMPARED } from './samples/compare.ts';
import { HEALTH } from './samples/health.ts';
import { CALLS } from './samples/tools.ts';

let browser: TestBrowser;
let server: DashboardServer;
const asked: URLSearchParams[] = [];

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({
    '/compare': ({ search }) => (asked.push(search), COMPARED),
    '/health': () => HEALTH,
    '/tools/calls': () => CALLS,
  });
});
after(async () => {
  await browser.close();
  await server.close();
});

const LOOKS: readonly PageOptions[] = [{ theme: 'light' }, { theme: 'dark', width: 390, height: 844 }];

for (const [path, mark] of [
  ['compare', 'weekly-updates-to-sift'],
  ['health', 'needs a look'],
  ['policy', 'no gate'],
] as const) {
  for (const look of LOOKS) {
    test(`${path} is drawn whole and accessible, ${look.theme}, ${look.width ?? 1440} px`, () => assertDrawnWhole(browser, { url: server.url, path, mark }, look));
  }
}

test('without a word said, the last seven days stand against those before', async () => {
  const tab = await browser.open(`${server.url}/compare`);
  await tab.page.getByText('Sessions of B make half as many tool calls.').waitFor();
  const [a, b] = ['a', 'b'].map((name) => new URLSearchParams(asked.at(-1)?.get(name) ?? ''));
  assert.equal(Number(a?.get('toMillis')), Number(b?.get('fromMillis')));
  assert.equal(Number(b?.get('toMillis')) - Number(b?.get('fromMillis')), 7 * 86_400_000);
  await tab.close();
});

test('restrictions of a side stand in the address and go to the server', async () => {
  const tab = await browser.open(`${server.url}/compare`);
  await tab.page.getByLabel('Value that restricts B').fill('gpt-5.4-codex');
  await tab.page.getByRole('button', { name: 'Restrict B' }).click();
  await tab.page.waitForURL(/model%3Dgpt-5.4-codex/);
  await tab.page.getByRole('button', { name: 'Without model gpt-5.4-codex' }).waitFor();
  assert.match(asked.at(-1)?.get('b') ?? '', /model=gpt-5.4-codex/);
  assert.doesNotMatch(asked.at(-1)?.get('a') ?? '', /model=/);
  await tab.close();
});
