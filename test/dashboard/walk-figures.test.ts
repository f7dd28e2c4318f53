/** Every page over a home in which every agent worked, served as a user serves it: what stands on screen is what plain SQL says. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatCount, formatCredits, formatDuration, formatPercent, formatTokens, formatUsd } from '../../dashboard/src/models/format.ts';
import { openBrowser, type TestBrowser, type TestPage } from '../support/browser.ts';
import { serveHome, type ServedHome } from '../support/served-home.ts';
import { readStat, readTable } from '../support/table-of.ts';

let browser: TestBrowser;
let home: ServedHome;

before(async () => {
  [browser, home] = [await openBrowser(), await serveHome()];
});
after(async () => {
  await browser.close();
  await home.close();
});

async function onPage(path: string, look: (tab: TestPage) => Promise<void>): Promise<void> {
  const tab = await browser.open(`${home.url}${path}`);
  await look(tab);
  tab.assertClean();
  await tab.close();
}

/** Tool calls, with the session at the top of their family, and what of their time was waiting for a person (ms). */
const CALLS = `
  SELECT call.tool_name AS tool, call.outcome AS outcome, top.id AS top, top.agent AS agent, (call.end_unix_nano - call.start_unix_nano) / 1e6 AS took,
    (SELECT sum(wait.end_unix_nano - wait.start_unix_nano) / 1e6 FROM span AS wait WHERE wait.parent_span_id = call.span_id AND wait.kind = 'permission') AS waited
  FROM span AS call JOIN session ON session.id = call.session JOIN session AS top ON top.id = session.root
  WHERE call.kind = 'tool' AND call.turn IS NOT NULL`;

interface Call {
  tool: string;
  outcome: string;
  top: number;
  agent: string;
  took: number | null;
  waited: number | null;
}

const FAILED = ['error', 'timeout'];

/** Linear between neighbours, as numpy has it. */
function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (place - Math.floor(place));
}

function toErrorRate(calls: readonly Call[]): number | undefined {
  const ran = calls.filter(({ outcome }) => outcome === 'ok' || FAILED.includes(outcome));
  return ran.length === 0 ? undefined : ran.filter(({ outcome }) => FAILED.includes(outcome)).length / ran.length;
}

const count = (calls: readonly Call[], ...outcomes: string[]): number => calls.filter(({ outcome }) => outcomes.includes(outcome)).length;

test('the page Tools: calls, sessions, error rates, denials, p50 and p95 of each tool, incl. subagents', async () => {
  const calls = home.select<Call>(CALLS);
  const byTool = Map.groupBy(calls, ({ tool }) => tool);
  const wanted = Object.fromEntries([...byTool].map(([tool, own]) => {
    const runs = own.filter(({ outcome, took }) => outcome !== 'denied' && took !== null).map(({ took, waited }) => (took ?? 0) - (waited ?? 0));
    const waits = own.flatMap(({ waited }) => (waited !== null && waited > 0 ? [waited] : []));
    return [tool, {
      Calls: formatCount(own.length),
      Sessions: formatCount(new Set(own.map(({ top }) => top)).size),
      Errors: formatPercent(toErrorRate(own)),
      Denied: formatCount(count(own, 'denied')),
      p50: formatDuration(quantile(runs, 0.5)),
      p95: formatDuration(quantile(runs, 0.95)),
      max: formatDuration(quantile(runs, 1)),
      'wait p95': formatDuration(quantile(waits, 0.95)),
    }];
  }));
  await onPage('/tools?since=all', async ({ page }) => {
    const table = await readTable(page, 'Calls by tool');
    for (const [tool, cells] of Object.entries(wanted)) assert.deepEqual(Object.fromEntries(Object.keys(cells).map((header) => [header, table[tool]?.[header]])), cells, tool);
    assert.equal(Object.keys(table).length, byTool.size);
    assert.equal(await readStat(page, 'Calls'), formatCount(calls.length));
    assert.equal(await readStat(page, 'Error rate'), formatPercent(toErrorRate(calls)));
    assert.equal(await readStat(page, 'Denied'), formatCount(count(calls, 'denied')));
  });
});

const ROOTS = 'FROM session AS top WHERE top.root = top.id AND EXISTS (SELECT 1 FROM turn JOIN session ON session.id = turn.session WHERE session.root = top.id)';

test('the Overview: sessions, calls, errors, denials, tokens and cost of each agent', async () => {
  const calls = Map.groupBy(home.select<Call>(CALLS), ({ agent }) => agent);
  const agents = home.select<{ agent: string; sessions: number }>(`SELECT agent, count(*) AS sessions ${ROOTS} GROUP BY agent`);
  const sums = new Map(sumBy('session.agent').map((row) => [row.name, row]));
  await onPage('/?since=all', async ({ page }) => {
    const table = await readTable(page, 'Figures by agent');
    for (const { agent, sessions } of agents) {
      const own = calls.get(agent) ?? [];
      const sum = sums.get(agent);
      assert.deepEqual(
        { Sessions: table[agent]?.Sessions, Calls: table[agent]?.Calls, Errors: table[agent]?.Errors, Denied: table[agent]?.Denied, Tokens: table[agent]?.Tokens },
        { Sessions: formatCount(sessions), Calls: formatCount(own.length), Errors: formatPercent(toErrorRate(own)), Denied: formatCount(count(own, 'denied')), Tokens: formatTokens(addUp(sum?.input, sum?.output)) }, agent);
      assertCost(table[agent]?.Cost ?? '', sum, agent);
    }
    assert.equal(Object.keys(table).length, agents.length);
  });
});

interface Sums {
  name: string;
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  usd: number | null;
  equivalentUsd: number | null;
  credits: number | null;
}

/** Requests and their figures; what stands on the turn alone (credits, tokens of a turn without requests) counts as one of its own. */
function sumBy(name: string): Sums[] {
  return home.select<Sums>(`
    SELECT ${name} AS name,
      sum(span.data ->> '$.values.usage.inputTokens') AS input, sum(span.data ->> '$.values.usage.outputTokens') AS output, sum(span.data ->> '$.values.usage.cacheReadTokens') AS cacheRead,
      sum(span.data ->> '$.values.cost.usd') AS usd, sum(span.data ->> '$.values.equivalentCost.usd') AS equivalentUsd, sum(span.credits) AS credits
    FROM span JOIN session ON session.id = span.session WHERE span.turn IS NOT NULL GROUP BY 1`);
}

function addUp(...values: readonly (number | null | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

/** Each unit on its own; absent where nobody told of it. */
function assertCost(text: string, sum: Pick<Sums, 'usd' | 'equivalentUsd' | 'credits'> | undefined, what: string): void {
  const parts = [
    ...(typeof sum?.usd === 'number' ? [formatUsd(sum.usd)] : []),
    ...(typeof sum?.equivalentUsd === 'number' ? [`≈ ${formatUsd(sum.equivalentUsd)}`] : []),
    ...(typeof sum?.credits === 'number' ? [`${formatCredits(sum.credits)} cr`] : []),
  ];
  const said = text.split('\n').map((part) => part.trim()).filter((part) => part !== '' && part !== '–' && !part.endsWith('unpriced'));
  assert.deepEqual(said, parts, what);
}
