/** The pages Compare, Health and Policy in a real browser, with made-up answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts';
import { serveDashboard, type DashboardServer } from '../support/dashboard-server.ts';
import { assertDrawnWhole } from '../support/drawn-whole.ts';
import type { CompareAnswer } from '#spoor/query/api/compare.ts';
import { COMPARED } from './samples/compare.ts';
import { HEALTH } from './samples/health.ts';
import { toSampleSession } from './samples/session.ts';
import { toSampleRow } from './samples/sessions.ts';
import { CALLS } from './samples/tools.ts';

let browser: TestBrowser;
let server: DashboardServer;
const asked: URLSearchParams[] = [];
const pairs: (string | null)[][] = [];
const now = Date.now();
const SHOWN = toSampleSession({ nowMillis: now }).session;
const OTHER = { ...toSampleRow(3, now), agent: 'codex', sessionId: 'other', title: 'Move the settings page' };
const PAIR = { queryMillis: 1, a: toSampleSession({ nowMillis: now }), b: { ...toSampleSession({ nowMillis: now }), session: OTHER }, pairs: [], divergence: {} };
const EMPTY_A: CompareAnswer = { ...COMPARED, a: { sessions: 0, label: 'nobody' }, metrics: COMPARED.metrics.map((metric) => ({ ...metric, verdict: 'too-few', a: { count: 0 } })) };

before(async () => {
  browser = await openBrowser();
  server = await serveDashboard({
    '/compare': ({ search }) => (asked.push(search), search.get('a')?.includes('agent=nobody') ? EMPTY_A : COMPARED),
    '/health': () => HEALTH,
    '/compare/sessions': ({ search }) => (pairs.push([search.get('a'), search.get('b')]), PAIR),
    '/sessions/*': () => toSampleSession({ nowMillis: now }),
    '/sessions': ({ search }) => ({ queryMillis: 1, items: search.get('text') === 'nothing' ? [] : search.get('text') === null ? [SHOWN, OTHER] : [OTHER], longestActiveMillis: 1 }),
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

test('a side without sessions: one sentence, and no table of what cannot be told', async () => {
  const tab = await browser.open(`${server.url}/compare?a=agent%3Dnobody&b=since%3D7d`);
  await tab.page.getByText('A has no session, so there is nothing to compare the 41 sessions of B with.').waitFor();
  assert.equal(await tab.page.getByText('too few').count(), 0);
  assert.equal(await tab.page.getByRole('table').count(), 0);
  await tab.assertAccessible();
  tab.assertClean();
  await tab.close();
});

for (const look of LOOKS) {
  test(`one session is kept, and another is found for it by keys alone, ${look.theme}, ${look.width ?? 1440} px`, async () => {
    const tab = await browser.open(`${server.url}/compare?a=${encodeURIComponent('claude-code/session-1')}`, look);
    const { page } = tab;
    await page.getByRole('link', { name: /^A · / }).waitFor();
    const picker = page.getByRole('combobox', { name: 'Session B' });
    await picker.waitFor();
    await page.locator('[role=combobox]:focus').waitFor();
    await page.getByRole('option').first().waitFor();
    assert.equal(await page.getByRole('option').count(), 1, 'the session itself is not offered');
    await tab.picture('compare-one');
    await tab.assertAccessible();
    await page.keyboard.type('nothing');
    await page.getByText('No other session has these words.').waitFor();
    await picker.fill('settings');
    await page.getByRole('option', { name: /Move the settings page/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Step by step').waitFor();
    assert.deepEqual(pairs.at(-1), ['claude-code/session-1', 'codex/other']);
    await page.getByRole('button', { name: 'Choose another session for A' }).press('Enter');
    await page.getByRole('combobox', { name: 'Session A' }).waitFor();
    await page.getByRole('link', { name: /^B · / }).waitFor();
    await page.goBack();
    await page.getByText('Step by step').waitFor();
    tab.assertClean();
    await tab.close();
  });
}
