/** What somebody asks who has never seen it: from the overview, in at most three clicks. Each answer is the one that plain SQL gives. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test, type TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { formatDuration, formatUsd } from '../../dashboard/src/models/format.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { serveHome, type ServedHome } from '../support/served-home.ts';
import { measured, seen } from '../support/time-sql.ts';

const MOST_CLICKS = 3;

let browser: TestBrowser;
let home: ServedHome;

before(async () => {
  [browser, home] = [await openBrowser(), await serveHome()];
});
after(async () => {
  await browser.close();
  await home.close();
});

type Click = (target: Locator) => Promise<void>;

/** From the overview on. What is clicked must be in words that answer the question. */
async function findFromOverview(t: TestContext, question: string, find: (page: Page, click: Click) => Promise<void>): Promise<void> {
  const tab = await browser.open(`${home.url}/`);
  let clicks = 0;
  await find(tab.page, async (target) => {
    clicks += 1;
    await target.click();
  });
  t.diagnostic(`${question}: ${clicks} clicks`);
  assert.ok(clicks <= MOST_CLICKS, `${question} took ${clicks} clicks`);
  tab.assertClean();
  await tab.close();
}

const panel = (page: Page, title: string): Locator => page.locator('section', { has: page.getByRole('heading', { name: title, exact: true }) });
const WEEK_AGO = (): string => `${Date.now() - 7 * 86_400_000}000000`;

test('the slowest tool of the week, and its slowest call', (t) =>
  findFromOverview(t, 'slowest tool', async (page, click) => {
    // None of the slowest waited; p95: linear between neighbours.
    const calls = home.select<{ tool: string; took: number; id: string }>(`SELECT tool_name AS tool, coalesce(${measured('span')}, ${seen('span')}) AS took, span_id AS id FROM span WHERE kind = 'tool' AND outcome <> 'denied' AND took IS NOT NULL AND start_unix_nano > CAST(? AS INTEGER)`, WEEK_AGO());
    const slowest = [...Map.groupBy(calls, ({ tool }) => tool)].map(([tool, own]) => ({ tool, p95: p95(own.map(({ took }) => took)), longest: own.toSorted((a, b) => b.took - a.took)[0] })).toSorted((a, b) => b.p95 - a.p95)[0];
    assert.ok(slowest?.longest);
    const first = panel(page, 'Slowest tools').getByRole('listitem').first();
    assert.ok((await first.innerText()).includes(formatDuration(slowest.p95)), await first.innerText());
    await click(first.getByRole('link', { name: slowest.tool, exact: true }));
    const call = panel(page, `Calls of ${slowest.tool}`).locator('tbody tr').first();
    await call.getByText(formatDuration(slowest.longest.took), { exact: true }).waitFor();
    await click(call.getByRole('link'));
    await page.waitForURL((url) => url.searchParams.get('span') === slowest.longest?.id);
  }));

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = 0.95 * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  return low + ((sorted[Math.ceil(place)] ?? 0) - low) * (place - Math.floor(place));
}

test('the most expensive session', (t) =>
  findFromOverview(t, 'most expensive session', async (page, click) => {
    const [top] = home.select<{ ref: string; usd: number }>(`
      SELECT top.agent || '/' || top.session_id AS ref, sum(coalesce(turn.cost_usd, 0) + coalesce(turn.equivalent_usd, 0)) AS usd
      FROM turn JOIN session ON session.id = turn.session JOIN session AS top ON top.id = session.root WHERE turn.start_unix_nano > CAST(? AS INTEGER) GROUP BY 1 ORDER BY usd DESC LIMIT 1`, WEEK_AGO());
    assert.ok(top);
    const first = panel(page, 'Most expensive sessions').getByRole('listitem').first();
    assert.ok((await first.innerText()).includes(formatUsd(top.usd)), await first.innerText());
    await click(first.getByRole('link'));
    await page.waitForURL((url) => url.pathname === `/sessions/${top.ref}`);
    await page.locator('main header dl').getByText(formatUsd(top.usd), { exact: true }).waitFor();
  }));

test('why a call failed', (t) =>
  findFromOverview(t, 'why a call failed', async (page, click) => {
    await click(page.locator('main div[title]', { hasText: 'Failed calls today' }).getByRole('link'));
    const calls = panel(page, 'Calls');
    await calls.getByText('that failed').waitFor();
    const call = calls.locator('tbody tr').first();
    await call.waitFor();
    assert.ok(await call.evaluate((row: { getBoundingClientRect(): { top: number } }) => row.getBoundingClientRect().top < 900), 'it is in view');
    await click(call.getByRole('link'));
    await page.waitForURL((url) => url.searchParams.has('span'));
    const spanId = new URL(page.url()).searchParams.get('span') ?? '';
    const [failed] = home.select<{ outcome: string; why: string | null; type: string | null }>(`SELECT outcome, data ->> '$.values.errorMessage' AS why, data ->> '$.values.errorType' AS type FROM span WHERE span_id = ?`, spanId);
    assert.match(failed?.outcome ?? '', /^(error|timeout)$/);
    const why = failed?.why ?? failed?.type;
    if (typeof why === 'string') await page.locator('main').getByText(why.split('\n')[0] ?? '').first().waitFor();
  }));

test('what waits for me now', (t) =>
  findFromOverview(t, 'what waits', async (page, click) => {
    const sessionId = randomUUID();
    const call = { tool_name: 'Bash', tool_input: { command: 'git push --force' } };
    const callId = `toolu_${randomUUID()}`;
    home.writeLine(sessionId, 'user', { message: { role: 'user', content: 'publish the catalogue' }, permissionMode: 'default' });
    home.runHook({ session_id: sessionId, hook_event_name: 'UserPromptSubmit', prompt: 'publish the catalogue' });
    home.runHook({ session_id: sessionId, hook_event_name: 'PreToolUse', ...call, tool_use_id: callId });
    home.runHook({ session_id: sessionId, hook_event_name: 'PermissionRequest', ...call });
    const asks = panel(page, 'Waits for you').getByRole('listitem').filter({ hasText: 'asks you to allow' });
    await asks.getByText('git push --force').waitFor();
    assert.match(await panel(page, 'Waits for you').getByRole('listitem').first().innerText(), /asks you to allow/, 'before what only has an answer');
    await click(asks.getByRole('link'));
    await page.waitForURL((url) => url.pathname === `/sessions/claude-code/${sessionId}` && url.searchParams.has('span'));
    await page.locator('main header').getByText('waits for you').waitFor();
  }));
