/** The page of a session in a real browser, by keyboard and mouse, on made-up answers. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { toSampleSession, toSampleSpan } from './samples/session.ts';

const now = Date.now();
let browser: TestBrowser;
let server: DashboardServer;
let isOpen = false;
let isLight = false;
const asked: string[] = [];

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({
    '/sessions/claude-code/session-1': ({ search }) => {
      asked.push(search.get('after') ?? 'all');
      const answer = toSampleSession({ nowMillis: now, isOpen, isPartial: search.get('after') !== null });
      return isLight && !answer.isPartial ? { ...answer, isLight, details: {} } : answer;
    },
    '/sessions/claude-code/session-1/details': () => ({ queryMillis: 1, details: toSampleSession({ nowMillis: now, isOpen }).details, revision: isOpen ? 100 : 101 }),
    '/sessions/claude-code/session-1/otlp': () => ({ queryMillis: 1, otlp: '{"resourceSpans":[]}' }),
    '/spans/*': ({ path }) => (path.endsWith('/content/toolResult') ? { queryMillis: 1, text: 'the whole text' } : path.endsWith('/otlp') ? { queryMillis: 1, otlp: '{"resourceSpans":[1]}' } : toSampleSpan(path.split('/').at(-1) ?? '', now)),
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

beforeEach(() => {
  isOpen = false;
  isLight = false;
  asked.length = 0;
});

const address = (search = ''): string => `${server.url}/sessions/claude-code/session-1${search}`;

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`every part is readable and accessible: ${theme}, ${width} px`, async () => {
      const tab = await browser.open(address(), { theme, width, height: width === 390 ? 844 : 900 });
      await tab.page.getByRole('treegrid').getByText('logs/import-2026-11-15.log').waitFor();
      await tab.picture('session');
      await tab.assertAccessible();
      for (const name of ['turns', 'coverage', 'config']) {
        await tab.page.goto(address(`?tab=${name}`));
        await tab.page.getByRole('tab', { selected: true, name: new RegExp(name, 'i') }).waitFor();
        await tab.page.getByRole('tabpanel').getByRole('table').waitFor();
        await tab.picture(`session-${name}`);
        await tab.assertAccessible();
      }
      await tab.page.goto(address('?span=bash-1'));
      await tab.page.getByText('expected week 53').waitFor();
      await tab.picture('session-span');
      await tab.assertAccessible();
      tab.assertClean();
      await tab.close();
    });
  }
}

test('a failed call: seen beside the waterfall, why is one click away; Escape goes back to the summary', async () => {
  const tab = await browser.open(address());
  const { page } = tab;
  await page.getByRole('complementary', { name: 'Summary' }).getByRole('button', { name: /Bash npm test/ }).click();
  await page.getByText('expected week 53').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('span'), 'bash-1');
  await page.getByRole('button', { name: /Show all/ }).click();
  await page.getByText('the whole text').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Where did the time go').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('span'), null);
  tab.assertClean();
  await tab.close();
});

test('on a phone the waterfall scrolls in itself: it is never as long as its spans', async () => {
  const tab = await browser.open(address(), { width: 390, height: 844 });
  await tab.page.getByRole('treegrid').getByText('logs/import-2026-11-15.log').waitFor();
  const box = await tab.page.getByRole('region', { name: 'Waterfall' }).boundingBox();
  assert.equal(box && Math.round(box.height), 510, '32 rem with its border');
  await tab.close();
});

test('the active time of a session that runs has its open turn in it', async () => {
  isOpen = true;
  const tab = await browser.open(address());
  // 245 s of turns that ended, 40 s of the open one, and what went by since something was last told of it.
  const text = await tab.page.locator('dl > div', { has: tab.page.getByText('Active', { exact: true }) }).locator('dd').textContent();
  const [, minutes, seconds] = /^(\d+) m (\d+) s$/.exec(text ?? '') ?? [];
  assert.ok(Number(minutes) * 60 + Number(seconds) >= 286, String(text));
  await tab.close();
});

test('shares of the time add up to 100.0 %', async () => {
  const tab = await browser.open(address());
  const panel = tab.page.locator('section', { has: tab.page.getByRole('heading', { name: 'Where did the time go' }) });
  await panel.waitFor();
  const percents = (await panel.locator('td:last-child').allTextContents()).map((text) => Number(text.replace(' %', '')));
  assert.equal(percents.length, 6);
  assert.equal(Math.round(percents.reduce((sum, one) => sum + one, 0) * 10), 1000);
  await tab.close();
});

test('live: what changes is asked for with the revision that is shown, and merged', async () => {
  isOpen = true;
  const tab = await browser.open(address('?tab=turns'));
  const { page } = tab;
  await page.getByRole('cell', { name: 'runs' }).waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  isOpen = false;
  server.emit('changed', { revision: 101, sessions: [{ agent: 'claude-code', sessionId: 'another' }] });
  server.emit('changed', { revision: 101, sessions: [{ agent: 'claude-code', sessionId: 'session-1' }] });
  await page.getByRole('cell', { name: 'runs' }).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('row').count(), 4, 'the head and three turns');
  assert.ok(asked.filter((after) => after === 'all').length <= 1, 'the whole session is asked for once');
  assert.ok(asked.includes('100'));
  tab.assertClean();
  await tab.close();
});

test('a turn of the table leads into the waterfall', async () => {
  const tab = await browser.open(address('?tab=turns'));
  await tab.page.getByRole('button', { name: 'Mend it, and add a test' }).first().click();
  await tab.page.waitForURL((url) => url.searchParams.get('span') === 'turn-2' && !url.searchParams.has('tab'));
  await tab.page.getByRole('tab', { name: 'Waterfall', selected: true }).waitFor();
  await tab.close();
});

test('what the server refuses is said, with what to do', async () => {
  const tab = await browser.open(`${server.url}/sessions/claude-code/gone`);
  await tab.page.getByText('Nothing is made up for').waitFor();
  await tab.page.getByRole('button', { name: 'Try again' }).waitFor();
  await tab.close();
});

test('a very long session is drawn first, and told of its calls then', async () => {
  isLight = true;
  const tab = await browser.open(address());
  await tab.page.getByRole('treegrid').getByText('logs/import-2026-11-15.log').waitFor();
  tab.assertClean();
  await tab.close();
});

test('what is typed after Ctrl-K stands in the palette from the first key on, also when it was never opened before', async () => {
  const tab = await browser.open(address());
  const { page } = tab;
  await page.getByRole('treegrid').getByText('logs/import-2026-11-15.log').waitFor();
  // Whatever is asked for now does not come before all keys were pressed.
  const arePressed = Promise.withResolvers<void>();
  await page.route('**/assets/**', async (route) => {
    await arePressed.promise;
    await route.continue();
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('add-nums');
  arePressed.resolve();
  assert.equal(await page.getByRole('dialog').getByRole('combobox').inputValue(), 'add-nums');
  assert.equal(new URL(page.url()).pathname, '/sessions/claude-code/session-1');
  await tab.close();
});
