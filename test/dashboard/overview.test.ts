/** The page Overview in a real browser, by keyboard and mouse, on made-up answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OverviewAnswer } from '#spoor/query/api/overview.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { toEmptyOverview, toSampleOverview } from './samples/overview.ts';

const now = Date.now();
let browser: TestBrowser;
let server: DashboardServer;
let answer: (search: URLSearchParams) => OverviewAnswer = () => toSampleOverview(now);

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({ '/overview': ({ search }) => answer(search) });
});

after(async () => {
  await browser.close();
  await server.close();
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`everything is readable and accessible: ${theme}, ${width} px`, async () => {
      answer = () => toSampleOverview(now);
      const tab = await browser.open(server.url, { theme, width, height: width === 390 ? 844 : 1300 });
      await tab.page.getByText('Waits for you').waitFor();
      await tab.picture('overview');
      await tab.assertAccessible();
      answer = () => toEmptyOverview(now);
      await tab.page.goto(`${server.url}/?since=30d`);
      await tab.page.getByText('No agent is traced yet').waitFor();
      await tab.picture('overview-empty');
      await tab.assertAccessible();
      tab.assertClean();
      await tab.close();
    });
  }
}

test('what waits for a person is one click away from its span', async () => {
  answer = () => toSampleOverview(now);
  const tab = await browser.open(server.url);
  await tab.page.getByRole('link', { name: 'Why does the nightly import fail on Sundays?' }).first().click();
  await tab.page.waitForURL((url) => url.pathname === '/sessions/codex/session-1' && url.searchParams.get('span') === 'span-permission');
  await tab.close();
});

test('the slowest tool and the most expensive session of the week are named at once, and one click leads to them', async () => {
  answer = () => toSampleOverview(now);
  const tab = await browser.open(server.url);
  const { page } = tab;
  await page.getByRole('link', { name: 'Task' }).click();
  await page.waitForURL((url) => url.pathname === '/tools' && url.searchParams.get('name') === 'Task' && url.searchParams.get('which') === 'slowest');
  await page.goBack();
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Most expensive sessions' }) });
  await panel.getByRole('link', { name: 'Find out what makes the build slow' }).click();
  await page.waitForURL((url) => url.pathname === '/sessions/copilot/session-4');
  await tab.close();
});

test('figures of today lead to what they count: from midnight on, under the filter of the page', async () => {
  answer = () => toSampleOverview(now);
  const tab = await browser.open(`${server.url}/?agent=codex&since=30d`);
  const { page } = tab;
  const today = page.getByRole('region', { name: 'Today' });
  await today.waitFor();
  const hrefs = (await page.evaluate(`[...document.querySelectorAll('section[aria-label=Today] a')].map((link) => link.getAttribute('href'))`)) as string[];
  const midnight = String(new Date(now).setHours(0, 0, 0, 0));
  assert.deepEqual(hrefs.map((href) => new URL(href, server.url).pathname), ['/sessions', '/tools', '/tools', '/models', '/models']);
  for (const href of hrefs) {
    const { searchParams } = new URL(href, server.url);
    assert.deepEqual([searchParams.get('agent'), searchParams.get('from'), searchParams.get('since')], ['codex', midnight, null], href);
  }
  await today.getByRole('link').nth(2).click();
  await page.waitForURL((url) => url.pathname === '/tools' && url.searchParams.get('which') === 'failed' && url.searchParams.get('from') === midnight);
  await page.getByText(/^time: since /).waitFor();
  assert.equal(await page.getByRole('group', { name: 'Window of time' }).getByRole('radio', { checked: true }).count(), 0, 'none of the named windows');
  await tab.close();
});

test('a name restricts the page, and once more takes the restriction away; the keyboard does it too', async () => {
  const asked: string[][] = [];
  answer = (search) => {
    asked.push(search.getAll('agent'));
    return toSampleOverview(now);
  };
  const tab = await browser.open(server.url);
  const { page } = tab;
  await page.getByRole('link', { name: 'kiro', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('agent: kiro').waitFor();
  assert.deepEqual(asked.at(-1), ['kiro']);
  await page.getByRole('link', { name: 'kiro', exact: true }).click();
  await page.getByText('agent: kiro').waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: 'by project' }).click();
  await page.getByRole('columnheader', { name: 'Sessions' }).getByRole('button').click();
  assert.equal(await page.getByRole('columnheader', { name: 'Sessions' }).getAttribute('aria-sort'), 'descending');
  assert.match(String(await page.getByRole('region', { name: 'Figures by project' }).getByRole('row').nth(1).textContent()), /invoices/);
  tab.assertClean();
  await tab.close();
});

test('what runs and what waits grows by the second, without a question to the server', async () => {
  answer = () => toSampleOverview(now);
  const tab = await browser.open(server.url);
  const waits = tab.page.getByTitle('since').first();
  const before = await waits.textContent();
  await waits.filter({ hasNotText: String(before) }).waitFor();
  tab.assertClean();
  await tab.close();
});

test('agents that are traced and were silent: only the past can be brought in', async () => {
  answer = () => toEmptyOverview(now, true);
  const tab = await browser.open(server.url);
  await tab.page.getByText('No session was seen yet').waitFor();
  assert.equal(await tab.page.getByRole('button', { name: 'Copy spoor install' }).count(), 0);
  await tab.page.getByRole('button', { name: 'Copy spoor import' }).waitFor();
  await tab.close();
});
