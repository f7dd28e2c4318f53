/** The pages Tools, Skills and Models in a real browser, with made-up answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { assertDrawnWhole } from '../support/drawn-whole.ts';
import { MODELS } from './samples/models.ts';
import { CALLS, SKILLS, TOOLS } from './samples/tools.ts';

let browser: TestBrowser;
let server: DashboardServer;
const asked: string[] = [];

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({
    '/tools': ({ search }) => (asked.push(`tools ${search.toString()}`), TOOLS),
    '/tools/calls': ({ search }) => (asked.push(`calls ${search.toString()}`), CALLS),
    '/skills': () => SKILLS,
    '/models': () => MODELS,
  });
});
after(async () => {
  await browser.close();
  await server.close();
});

const LOOKS: readonly PageOptions[] = [{ theme: 'light' }, { theme: 'dark' }, { theme: 'light', width: 390, height: 844 }, { theme: 'dark', width: 390, height: 844 }];

for (const [path, mark] of [
  ['tools', 'sharepoint_read_file'],
  ['skills', 'weekly-updates-to-sift'],
  ['models', 'house-model-x'],
] as const) {
  for (const look of LOOKS) {
    test(`${path} is drawn whole and accessible, ${look.theme}, ${look.width ?? 1440} px`, () => assertDrawnWhole(browser, { url: server.url, path, mark }, look));
  }
}

test('a row leads to its calls, and a call into its waterfall; the way back is the browser’s', async () => {
  const tab = await browser.open(`${server.url}/tools?since=30d&agent=claude-code`);
  await tab.page.getByRole('button', { name: 'Bash', exact: true }).click();
  await tab.page.getByRole('heading', { name: 'Calls of Bash' }).waitFor();
  await tab.page.getByRole('radio', { name: 'Failed' }).click();
  await tab.page.waitForURL(/name=Bash.*which=failed/);
  assert.match(asked.at(-1) ?? '', /agent=claude-code.*name=Bash.*which=failed/);
  await tab.page.getByRole('link', { name: /npm test -- --real/ }).first().click();
  await tab.page.waitForURL(/\/sessions\/claude-code\/11111111-0000-4000-8000-000000000000\?span=span-0/);
  await tab.page.goBack();
  await tab.page.getByRole('heading', { name: 'Calls of Bash' }).waitFor();
  await tab.close();
});

test('rows sort by a click on their header, absent values last', async () => {
  const tab = await browser.open(`${server.url}/models`);
  await tab.page.getByText('house-model-x').first().waitFor();
  const first = (): Promise<string | null> => tab.page.locator('tbody tr').first().locator('td').first().textContent();
  assert.match((await first()) ?? '', /claude-opus/);
  await tab.page.getByRole('button', { name: 'Cache hits' }).click();
  assert.match((await first()) ?? '', /claude-opus/);
  await tab.page.getByRole('button', { name: 'Cache hits' }).click();
  assert.match((await first()) ?? '', /gpt-5.4/);
  await tab.close();
});
