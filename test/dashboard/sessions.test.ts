/** The page Sessions in a real browser, by keyboard and mouse, on made-up answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { toSampleOverview } from './samples/overview.ts';
import { toSampleRow, toSampleSessions } from './samples/sessions.ts';

const now = Date.now();
const COUNT = 100_000;
let browser: TestBrowser;
let server: DashboardServer;
const asked: URLSearchParams[] = [];
/** Sessions that came in above those of the sample. */
let fresh = 0;

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({
    '/sessions': ({ search }) => {
      asked.push(search);
      const answer = toSampleSessions({ count: COUNT, nowMillis: now }, search);
      const items = Array.from({ length: search.has('after') ? 0 : fresh }, (_, at) => ({ ...toSampleRow(0, now), sessionId: `fresh-${fresh - at}`, title: `Fresh session ${fresh - at}` }));
      return { ...answer, items: [...items, ...answer.items] };
    },
    '/overview': () => toSampleOverview(now),
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 1024, 390]) {
    test(`the list is readable and accessible: ${theme}, ${width} px`, async () => {
      const tab = await browser.open(`${server.url}/sessions`, { theme, width, height: width === 390 ? 844 : 900 });
      await tab.page.getByRole('row', { name: /Mend the pagination/ }).first().waitFor();
      await tab.picture('sessions');
      await tab.assertAccessible();
      tab.assertClean();
      await tab.page.goto(`${server.url}/sessions?q=retry`);
      await tab.page.getByText('was refused').first().waitFor();
      await tab.picture('sessions-search');
      await tab.assertAccessible();
      await tab.close();
    });
  }
}

const active = (page: Page): Promise<string | null> => page.evaluate("document.activeElement?.getAttribute('data-index') ?? null");

test('the keyboard alone: down, choose two, compare', async () => {
  const tab = await browser.open(`${server.url}/sessions`);
  const { page } = tab;
  await page.locator('[data-index="0"]').waitFor();
  await page.keyboard.press('j');
  assert.equal(await active(page), '1');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  assert.equal(await active(page), '3');
  await page.getByText('2 chosen').waitFor();
  await tab.picture('sessions-chosen');
  await tab.assertAccessible();
  await page.keyboard.press('c');
  await page.waitForURL((url) => url.pathname === '/compare');
  const { searchParams } = new URL(page.url());
  assert.match(String(searchParams.get('a')), /codex\/session-1/);
  assert.match(String(searchParams.get('b')), /gemini\/session-3/);
  tab.assertClean();
  await tab.close();
});

test('Enter opens the session, and the way back leads to the same place in the list', async () => {
  const tab = await browser.open(`${server.url}/sessions`);
  const { page } = tab;
  await page.locator('[data-index="0"]').waitFor();
  for (let press = 0; press < 3; press++) await page.keyboard.press(press === 0 ? 'j' : 'PageDown');
  const index = await active(page);
  assert.ok(Number(index) > 30);
  const title = await page.locator(`[data-index="${index}"] a`).first().textContent();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname.includes('/session-'));
  await page.goBack();
  await page.locator(`[data-index="${index}"]`).waitFor();
  assert.equal(await page.locator(`[data-index="${index}"] a`).first().textContent(), title);
  await page.keyboard.press('j');
  assert.equal(await active(page), String(Number(index) + 1));
  await tab.close();
});

test('End goes to the last of 100,000, Home back to the first; few rows are drawn', async () => {
  const tab = await browser.open(`${server.url}/sessions`);
  const { page } = tab;
  await page.locator('[data-index="0"]').waitFor();
  await page.keyboard.press('End');
  await page.locator(`[data-index="${COUNT - 1}"] a`).first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(`document.activeElement?.getAttribute('data-index') === '${COUNT - 1}'`);
  assert.ok((await page.locator('[data-index]').count()) < 100);
  await page.keyboard.press('Home');
  await page.waitForFunction("document.activeElement?.getAttribute('data-index') === '0'");
  tab.assertClean();
  await tab.close();
});

test('full text: what was found stands below the row, lit, and leads to its span', async () => {
  const tab = await browser.open(`${server.url}/sessions`);
  const { page } = tab;
  await page.locator('[data-index="0"]').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('retry');
  await page.locator('mark', { hasText: 'retry' }).first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get('q'), 'retry');
  assert.equal(asked.at(-1)?.get('text'), 'retry');
  await page.keyboard.press('Enter');
  assert.equal(await active(page), '0');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('span') === 'span-session-0');
  await tab.close();
});

test('a click on a head sorts, a menu restricts, both stand in the URL and are asked of the server', async () => {
  const tab = await browser.open(`${server.url}/sessions`);
  const { page } = tab;
  await page.locator('[data-index="0"]').waitFor();
  await page.getByRole('columnheader', { name: 'Errors' }).getByRole('button').click();
  await page.waitForURL((url) => url.searchParams.get('order') === 'errors');
  await page.getByRole('columnheader', { name: 'Errors' }).and(page.locator('[aria-sort="descending"]')).waitFor();
  await page.getByRole('button', { name: 'agent', exact: true }).click();
  await tab.assertAccessible();
  await page.getByRole('menuitemcheckbox', { name: /kiro/ }).click();
  await page.waitForURL((url) => url.search.includes('kiro'));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'with errors' }).click();
  await page.waitForURL((url) => url.searchParams.has('errors'));
  const search = asked.at(-1);
  assert.deepEqual({ order: search?.get('order'), agent: search?.getAll('agent'), hasErrors: search?.get('hasErrors') }, { order: 'errors', agent: ['kiro'], hasErrors: 'true' });
  await page.getByRole('button', { name: 'Without agent kiro' }).click();
  await page.waitForURL((url) => !url.search.includes('kiro'));
  tab.assertClean();
  await tab.close();
});

test('live: at the top new sessions come in; further down they are counted, and nothing moves', async () => {
  fresh = 0;
  const tab = await browser.open(`${server.url}/sessions`);
  const { page } = tab;
  await page.locator('[data-index="0"]').waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  fresh = 1;
  server.emit('changed', { revision: 1, sessions: [] });
  await page.getByText('Fresh session 1').waitFor();
  await page.mouse.move(600, 500);
  await page.mouse.wheel(0, 2000);
  const shown = page.locator('[data-index="75"]');
  await shown.waitFor();
  const before = await shown.boundingBox();
  const title = await shown.locator('a').first().textContent();
  fresh = 4;
  server.emit('changed', { revision: 2, sessions: [] });
  await page.getByRole('button', { name: '3 new' }).waitFor();
  assert.equal(await shown.locator('a').first().textContent(), title);
  assert.deepEqual(await shown.boundingBox(), before);
  await tab.picture('sessions-fresh');
  await page.getByRole('button', { name: '3 new' }).click();
  await page.getByText('Fresh session 4').waitFor();
  fresh = 0;
  tab.assertClean();
  await tab.close();
});

test('nothing found, nothing traced: it says why and what to do', async () => {
  const tab = await browser.open(`${server.url}/sessions?agent=nobody`);
  await tab.page.getByText('No session is like that').waitFor();
  await tab.picture('sessions-none');
  await tab.assertAccessible();
  tab.assertClean();
  await tab.close();
});
