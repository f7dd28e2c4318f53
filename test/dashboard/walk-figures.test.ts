/** Every page over a home in which every agent worked, served as a user serves it: what stands on screen is what plain SQL says. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatCount, formatCredits, formatDuration, formatPercent, formatTokens, formatUsd } from '../../dashboard/src/models/format.ts';
import { openBrowser, type TestBrowser, type TestPage } from '../support/browser.ts';
import { serveHome, type ServedHome } from '../support/served-home.ts';
import { readStat, readTable } from '../support/table-of.ts';
import { measured, seen } from '../support/time-sql.ts';

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
  SELECT call.tool_name AS tool, call.outcome AS outcome, top.id AS top, top.agent AS agent, ${measured('call')} AS own, ${seen('call')} AS took,
    (SELECT sum(${seen('wait')}) FROM span AS wait WHERE wait.parent_span_id = call.span_id AND wait.kind = 'permission') AS waited
  FROM span AS call JOIN session ON session.id = call.session JOIN session AS top ON top.id = session.root
  WHERE call.kind = 'tool' AND call.turn IS NOT NULL`;

interface Call {
  tool: string;
  outcome: string;
  top: number;
  agent: string;
  own: number | null;
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
    const runs = own.filter(({ outcome }) => outcome !== 'denied').flatMap((call) => call.own ?? (call.took === null ? [] : [call.took - (call.waited ?? 0)]));
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
  name: string | number;
  input: number | null;
  output: number | null;
  usd: number | null;
  equivalentUsd: number | null;
  credits: number | null;
}

/** By turns: a turn's own sums where it has them (some agents tell tokens of whole turns only). */
function sumBy(name: string): Sums[] {
  const tokens = (kind: string): string => `sum(coalesce(root.data ->> '$.values.turnUsage.${kind}', root.data ->> '$.values.usage.${kind}'))`;
  return home.select<Sums>(`
    SELECT ${name} AS name, ${tokens('inputTokens')} AS input, ${tokens('outputTokens')} AS output, sum(turn.cost_usd) AS usd, sum(turn.equivalent_usd) AS equivalentUsd, sum(turn.credits) AS credits
    FROM turn JOIN session ON session.id = turn.session JOIN span AS root ON root.span_id = turn.root_span_id GROUP BY 1`);
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

interface Top {
  id: number;
  agent: string;
  sessionId: string;
  turns: number;
}

const readTops = (): Top[] => home.select<Top>(`SELECT top.id AS id, top.agent AS agent, top.session_id AS sessionId, (SELECT count(*) FROM turn WHERE turn.session = top.id) AS turns ${ROOTS}`);

test('the list of sessions: a row for each, with the calls, errors, denials, tokens and cost of its family', async () => {
  const calls = Map.groupBy(home.select<Call>(CALLS), ({ top }) => top);
  const sums = new Map(sumBy('session.root').map((row) => [row.name, row]));
  const tab = await browser.open(`${home.url}/sessions?since=all`, { height: 1400 });
  const { page } = tab;
  const grid = page.getByRole('grid');
  await grid.getByRole('link').first().waitFor();
  const headers = (await grid.getByRole('columnheader').allInnerTexts()).map((text) => text.trim());
  const tops = readTops();
  assert.match(await page.locator('main').innerText(), new RegExp(`\\b${tops.length}, incl\\. subagents`));
  for (const { id, agent, sessionId } of tops) {
    const row = grid.getByRole('row').filter({ has: page.locator(`a[href^="/sessions/${agent}/${sessionId}"]`) });
    const cells = (await row.getByRole('gridcell').allInnerTexts()).map((text) => text.trim());
    const cell = (name: string): string => cells[headers.indexOf(name)] ?? '';
    const own = calls.get(id) ?? [];
    const sum = sums.get(id);
    assert.deepEqual([cell('Agent'), cell('Calls'), cell('Errors'), cell('Denied'), cell('Tokens')],
      [agent, formatCount(own.length), formatCount(count(own, ...FAILED)), formatCount(count(own, 'denied')), formatTokens(addUp(sum?.input, sum?.output))], `${agent} ${sessionId}`);
  }
  tab.assertClean();
  await tab.close();
});

test('the head of each session: its turns, calls, errors, denials, tokens and cost', async () => {
  const calls = Map.groupBy(home.select<Call>(CALLS), ({ top }) => top);
  const sums = new Map(sumBy('session.root').map((row) => [row.name, row]));
  // One of each agent, with the most calls: those with subagents are among them.
  const most = new Map(readTops().toSorted((a, b) => (calls.get(a.id)?.length ?? 0) - (calls.get(b.id)?.length ?? 0)).map((top) => [top.agent, top]));
  for (const { id, agent, sessionId, turns } of most.values()) {
    await onPage(`/sessions/${agent}/${sessionId}`, async ({ page }) => {
      const head = page.locator('main header');
      const figure = async (label: string): Promise<string> => (await head.locator('dl > div', { has: page.locator(`xpath=./dt[.="${label}"]`) }).locator('dd').innerText()).trim();
      await head.locator('dl').waitFor();
      const own = calls.get(id) ?? [];
      const sum = sums.get(id);
      assert.deepEqual([await figure('Turns'), await figure('Calls'), await figure('Errors'), await figure('Denied'), await figure('Tokens in'), await figure('Tokens out')],
        [turns, own.length, count(own, ...FAILED), count(own, 'denied')].map((value) => formatCount(value)).concat(formatTokens(sum?.input ?? undefined), formatTokens(sum?.output ?? undefined)), `${agent} ${sessionId}`);
      assertCost(await figure('Cost'), sum, agent);
    });
  }
});

test('the page Models: requests, sessions and the median of each model; tokens and dollars in all', async () => {
  const requests = home.select<{ model: string; provider: string | null; top: number; took: number | null }>(`
    SELECT span.model AS model, span.data ->> '$.values.provider' AS provider, session.root AS top, coalesce(${measured('span')}, ${seen('span')}) AS took FROM span JOIN session ON session.id = span.session WHERE span.kind = 'chat' AND span.turn IS NOT NULL AND span.model IS NOT NULL`);
  const [all] = sumBy("'all'");
  await onPage('/models?since=all', async ({ page }) => {
    const table = await readTable(page, 'Cost by model', { isWhole: true });
    for (const [model, own] of Map.groupBy(requests, (row) => [row.model, row.provider].filter(Boolean).join(' '))) {
      const took = own.flatMap((row) => row.took ?? []);
      assert.deepEqual([table[model]?.Requests, table[model]?.Sessions, table[model]?.p50, table[model]?.p95],
        [formatCount(own.length), formatCount(new Set(own.map(({ top }) => top)).size), formatDuration(quantile(took, 0.5)), formatDuration(quantile(took, 0.95))], model);
    }
    assert.equal(await readStat(page, 'Charged by tokens'), formatUsd(all?.usd ?? undefined));
    assert.equal(await readStat(page, 'Covered by a subscription'), `≈ ${formatUsd(all?.equivalentUsd ?? undefined)}`);
    assert.equal(await readStat(page, 'Credits'), formatCredits(all?.credits ?? undefined));
    assert.equal(await readStat(page, 'Input tokens'), formatTokens(all?.input ?? undefined));
    assert.equal(await readStat(page, 'Output tokens'), formatTokens(all?.output ?? undefined));
  });
});

test('the page Skills: how often, and in how many sessions, each was loaded', async () => {
  const loads = home.select<{ skill: string; loads: number; sessions: number }>(`
    WITH load AS (
      SELECT data ->> '$.values.skillName' AS skill, session FROM span WHERE turn IS NOT NULL AND outcome <> 'denied' AND data ->> '$.values.skillName' IS NOT NULL
      -- Codex tells those that a person named with the prompt.
      UNION ALL SELECT told.value, root.session FROM turn JOIN span AS root ON root.span_id = turn.root_span_id, json_each(root.data, '$.extra."codex.skills"') AS told)
    SELECT skill, count(*) AS loads, count(DISTINCT session.root) AS sessions FROM load JOIN session ON session.id = load.session GROUP BY 1`);
  assert.ok(loads.length > 1);
  await onPage('/skills?since=all', async ({ page }) => {
    const table = await readTable(page, 'Skills');
    for (const { skill, loads: times, sessions } of loads) assert.deepEqual([table[skill]?.Activations, table[skill]?.Sessions], [formatCount(times), formatCount(sessions)], skill);
    assert.equal(await readStat(page, 'Activations'), formatCount(loads.reduce((sum, row) => sum + row.loads, 0)));
  });
});

test('the page Compare: medians and p95 of two agents', async () => {
  const calls = Map.groupBy(home.select<Call>(CALLS), ({ top }) => top);
  const tops = Map.groupBy(readTops(), ({ agent }) => agent);
  const values = (agent: string, figure: (own: readonly Call[]) => number): number[] => (tops.get(agent) ?? []).map(({ id }) => figure(calls.get(id) ?? []));
  const figures: Record<string, (own: readonly Call[]) => number> = { 'Tool calls': (own) => own.length, 'Failed calls': (own) => count(own, ...FAILED), 'Denied calls': (own) => count(own, 'denied') };
  const cohort = (agent: string): string => encodeURIComponent(`agent=${agent}&since=all`);
  await onPage(`/compare?a=${cohort('claude-code')}&b=${cohort('kiro')}`, async ({ page }) => {
    const table = await readTable(page, 'Figures of a session in A and B');
    const text = (value: number | undefined): string => formatCount(Math.round((value ?? NaN) * 100) / 100);
    for (const [label, figure] of Object.entries(figures)) {
      const [a, b] = [values('claude-code', figure), values('kiro', figure)];
      // What never happened on either side has no row.
      if ([...a, ...b].every((value) => value === 0) && table[label] === undefined) continue;
      assert.deepEqual([table[label]?.['A median'], table[label]?.['A p95'], table[label]?.['B median'], table[label]?.['B p95']], [quantile(a, 0.5), quantile(a, 0.95), quantile(b, 0.5), quantile(b, 0.95)].map(text), label);
    }
  });
});
