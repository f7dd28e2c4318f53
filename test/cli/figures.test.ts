/** `spoor tools`, `skills`, `models`, `compare` and `sessions --search`: the numbers of the dashboard as tables. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { parseCohort } from '#spoor/cli/figures/parse-cohort.ts';
import { toChangeCell, toMoneyCell, toRateCell, toTokensCell } from '#spoor/cli/figures/figure-cells.ts';
import { createSearchIndexer } from '#spoor/query/search/create-search-indexer.ts';
import type { CompareAnswer } from '#spoor/query/api/compare.ts';
import type { ModelsAnswer } from '#spoor/query/api/overview.ts';
import type { SkillsAnswer, ToolsAnswer } from '#spoor/query/api/tools.ts';
import { createCliWorld, keepStory, NOW_MILLIS, type CliWorld } from '../support/cli-context.ts';
import { storySession, toStory } from '../support/story.ts';

async function createStoryWorld(t: TestContext, options: Parameters<typeof createCliWorld>[1] = {}): Promise<CliWorld> {
  const world = createCliWorld(t, options);
  await keepStory(world.context, storySession, toStory());
  return world;
}

const calls = toStory().filter(({ kind }) => kind === 'tool');

test('tools: the table has what --json has, and that is what the spans say', async (t) => {
  const { run } = await createStoryWorld(t);
  const { rows, totals } = JSON.parse((await run('tools', '--json')).out) as ToolsAnswer;
  assert.equal(totals.calls, calls.length);
  const shell = rows.find(({ name }) => name === 'shell') ?? assert.fail('shell');
  assert.equal(shell.calls, calls.filter(({ values }) => values.toolName === 'shell').length);
  const { out, err } = await run('tools');
  const [header = '', ...lines] = out.trimEnd().split('\n');
  assert.match(header, /^tool +calls /);
  assert.equal(lines.length, rows.length);
  assert.match(lines.find((line) => line.startsWith('shell')) ?? '', new RegExp(`^shell +${shell.calls} `));
  assert.match(err, new RegExp(`^${calls.length} calls(?: · \\d+ errors?)?(?: · \\d+ denied)?\\n$`));
});

test('tools by MCP server, command and agent, and within a window', async (t) => {
  const { run } = await createStoryWorld(t);
  assert.match((await run('tools', '--by', 'mcp')).out, /^MCP server.*\n.*tracker/);
  // The story's calls name no command.
  assert.equal((await run('tools', '--by', 'command')).err, 'No call fits.\n');
  assert.match((await run('tools', '--by', 'agent')).out, /^agent.*\nkiro/);
  assert.deepEqual(await run('tools', '--since', '10m'), { code: 0, out: '', err: 'No call fits.\n' });
  assert.deepEqual((await run('tools', '--agent', 'codex')).err, 'No call fits.\n');
  assert.equal((await run('tools', '--by', 'moon')).code, 2);
  const ofServers = calls.filter(({ values }) => values.mcpServer !== undefined).length;
  assert.ok(ofServers < calls.length);
  assert.match((await run('tools', '--by', 'mcp')).err, new RegExp(`^${ofServers} calls?\\b`), 'the footer is of what is shown');
  assert.equal((await run('tools', '--since', 'soon')).code, 2);
});

test('what is no agent is refused with the choices', async (t) => {
  const { run } = await createStoryWorld(t);
  for (const words of [['tools', '--agent', 'clude'], ['models', '--agent', 'clude'], ['skills', '--agent', 'kiro', '--agent', 'clude'], ['compare', 'agent=clude', 'all'], ['sessions', '--agent', 'clude'], ['send', 'x', '--agent', 'clude']]) {
    const { code, out, err } = await run(...words);
    assert.deepEqual([code, out], [2, ''], `${words.join(' ')}: ${err}`);
    assert.match(err, /claude-code/);
  }
});

test('skills and models', async (t) => {
  const { run } = await createStoryWorld(t);
  const skills = JSON.parse((await run('skills', '--json')).out) as SkillsAnswer;
  assert.deepEqual(skills.rows.map(({ name }) => name), ['testing']);
  assert.match((await run('skills')).out, /^skill.*\ntesting +1/);
  const models = JSON.parse((await run('models', '--json')).out) as ModelsAnswer;
  const { out } = await run('models');
  for (const { model, requests } of models.rows) assert.match(out, new RegExp(`^${model} .*\\b${requests}\\b`, 'm'));
  assert.match((await run('models', '--by', 'project')).out, /^project/);
});

test('compare: two cohorts, the sentences, and what is no cohort', async (t) => {
  const { run } = await createStoryWorld(t);
  const { out, code } = await run('compare', 'agent=kiro', 'all');
  assert.equal(code, 0);
  assert.match(out, /^a {2}.*1 session\nb {2}.*1 session\n/);
  assert.match(out, /too few/);
  const answer = JSON.parse((await run('compare', 'agent=kiro', 'all', '--json')).out) as CompareAnswer;
  for (const { label, a } of answer.metrics) if (a.count > 0) assert.ok(out.includes(label.slice(0, 12)), label);
  for (const [bad, why] of [['moon=1', /means nothing/], ['since=soon', /is no time/], ['kiro', /means nothing/]] as const) {
    const failed = await run('compare', bad, 'all');
    assert.equal(failed.code, 2);
    assert.match(failed.err, why);
  }
});

test('a cohort as people type it', () => {
  assert.deepEqual(parseCohort('all', NOW_MILLIS), {});
  assert.deepEqual(parseCohort('since=7d,model=x, model=y', NOW_MILLIS), { fromMillis: NOW_MILLIS - 7 * 86_400_000, model: ['x', 'y'] });
  assert.deepEqual(parseCohort('before:2026-11-01T00:00:00Z', NOW_MILLIS), { toMillis: Date.UTC(2026, 10, 1) });
  assert.deepEqual(parseCohort('skillVersion=pdf@ab12,tool=a=b', NOW_MILLIS), { skillVersion: ['pdf@ab12'], tool: ['a=b'] });
});

test('cells: nothing is an empty cell, and units never mix', () => {
  assert.deepEqual([toRateCell(undefined), toRateCell(0), toRateCell(0.034), toRateCell(0.5)], ['', '', '3.4%', '50%']);
  assert.deepEqual([toTokensCell(0), toTokensCell(999), toTokensCell(12_345), toTokensCell(3_000_000)], ['', '999', '12.3k', '3.0M']);
  assert.deepEqual([toChangeCell(undefined), toChangeCell(0.1), toChangeCell(-0.25), toChangeCell(100)], ['', '+10%', '−25%', '+999%']);
  assert.equal(toMoneyCell({}), '');
  assert.match(toMoneyCell({ usd: 1.2, equivalentUsd: 3.4, premiumRequests: 2, unpriced: [{ reason: 'x', chats: 1 }] }), /^\$1\.20 \(\$3\.40\) \? 2 PR$/);
});

test('every table keeps to a narrow terminal', async (t) => {
  const { run } = await createStoryWorld(t, { columns: 50 });
  for (const words of [['tools'], ['models'], ['skills'], ['compare', 'all', 'all']]) for (const line of (await run(...words)).out.split('\n')) assert.ok([...line].length <= 50, `${words.join(' ')}: ${line}`);
});

test('without a store they say what to do', async (t) => {
  const { run } = createCliWorld(t);
  for (const words of [['tools'], ['skills'], ['models'], ['compare', 'all', 'all']]) {
    const { code, out, err } = await run(...words);
    assert.deepEqual([code, out], [0, '']);
    assert.match(err, /spoor import/);
  }
});

test('sessions --search: says so before there is an index, then finds with the place', async (t) => {
  const { run, context } = await createStoryWorld(t);
  const before = await run('sessions', '--search', 'flaky');
  assert.equal(before.code, 1);
  assert.match(before.err, /Nothing is indexed.*\n.*spoor serve/);
  const indexer = createSearchIndexer({ database: context.home.database, search: context.home.search }, { onError: (error) => assert.fail(error) });
  t.after(() => indexer.close());
  const deadline = Date.now() + 20_000;
  let found = await run('sessions', '--search', 'flaky login');
  while (!found.out.includes('flaky') && Date.now() < deadline) found = await run('sessions', '--search', 'flaky login');
  assert.match(found.out, /^\S+ +kiro .*\n {2}.*flaky login/);
  assert.match((await run('sessions', '--search', 'walrus')).err, /stand in no session/);
});
