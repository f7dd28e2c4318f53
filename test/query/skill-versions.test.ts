/** A skill is edited: hooks → what sessions worked with → the page of skills → a comparison of the sessions before with those after. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Filter } from '#spoor/query/api/figures.ts';
import { createColumns } from '#spoor/query/columns/live-columns.ts';
import type { ReadDatabase } from '#spoor/query/open-reading.ts';
import type { ColumnsContext, Question } from '#spoor/query/question.ts';
import { answerCalls } from '#spoor/query/questions/calls.ts';
import { answerCompare } from '#spoor/query/questions/compare.ts';
import { answerModels } from '#spoor/query/questions/models.ts';
import { answerFigures } from '#spoor/query/questions/figures.ts';
import { answerOrder, type OrderQuery } from '#spoor/query/questions/order-sessions.ts';
import { answerOverview } from '#spoor/query/questions/overview.ts';
import { answerSessions } from '#spoor/query/questions/sessions.ts';
import { answerSkills } from '#spoor/query/questions/skills.ts';
import { answerTools } from '#spoor/query/questions/tools.ts';
import { FILTER_FIELDS } from '#spoor/server/filter-fields.ts';
import { parseQuery } from '#spoor/server/parse-query.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { openTraced, prompt, spool, step } from '../support/spooled.ts';
import { readingOf } from './reading-of.ts';

const BEFORE = ['one', 'two'];
const AFTER = ['three', 'four', 'five'];

/** Sessions with a skill as it was, then with its text edited, then one that was never offered it. `rest` stays as it is. */
function playEdit(t: TestContext): SqliteStore {
  const traced = openTraced(t);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(traced.root, path)), { recursive: true });
    writeFileSync(join(traced.root, path), text);
  };
  const begin = (sessionIds: readonly string[], folder: string): void => {
    for (const sessionId of sessionIds) spool(traced, { ...prompt(sessionId, 'go'), cwd: join(traced.root, folder) });
    step(traced);
  };
  put('pond/.kiro/skills/rest/SKILL.md', 'sleep');
  put('pond/.kiro/skills/review/SKILL.md', 'look twice');
  begin(BEFORE, 'pond');
  put('pond/.kiro/skills/review/SKILL.md', 'look three times');
  begin(AFTER, 'pond');
  mkdirSync(join(traced.root, 'meadow'));
  begin(['six'], 'meadow');
  return traced.store;
}

function contextOf(store: SqliteStore): ColumnsContext & { ask(question: Question): Promise<unknown> } {
  const db: ReadDatabase = readingOf(store);
  const context = { columns: createColumns(db).refresh(), nowMillis: Date.now(), open: () => db };
  return {
    ...context,
    ask: async ({ name, query }) => (name === 'figures' ? answerFigures(query, context) : answerOrder(query as OrderQuery, context)),
  };
}

const listed = async (filter: Filter, context: ReturnType<typeof contextOf>): Promise<string[]> => (await answerSessions(filter, context)).items.map(({ sessionId }) => sessionId).sort();

test('both texts of a skill are told, the older first, and each takes the sessions that had it', async (t) => {
  const store = playEdit(t);
  const context = contextOf(store);
  const { rows } = answerSkills({}, context);
  const hashOf = (sessionId: string, skill: string) => store.readSessionConfig('kiro', sessionId)?.parts.find(({ kind, name }) => kind === 'skill' && name === skill)?.hash;
  assert.deepEqual(rows.map(({ name, status, versions }) => [name, status, versions]), [
    ['rest', 'never', [hashOf('one', 'rest')]],
    ['review', 'never', [hashOf('one', 'review'), hashOf('three', 'review')]],
  ]);
  const [old, edited] = rows.find(({ name }) => name === 'review')?.versions ?? [];
  // As the page of skills writes it into the link.
  const [a, b] = [old, edited].map((version) => parseQuery<Filter>(new URLSearchParams({ skillVersion: `review@${version}` }), FILTER_FIELDS));
  assert.ok(a && b);
  const compared = answerCompare({ a, b }, context);
  assert.deepEqual([compared.a.sessions, compared.b.sessions], [BEFORE.length, AFTER.length]);
  assert.deepEqual(compared.config.changed.map(({ kind, name, a: was, b: is }) => [kind, name, was, is]), [['skill', 'review', old, edited]]);
  assert.equal(compared.a.label, `offered review@${old?.slice(0, 8)}`);
  assert.match(compared.summary.join(' '), /changed: skill review/);
  assert.deepEqual([await listed(a, context), await listed(b, context)], [BEFORE.toSorted(), AFTER.toSorted()]);
});

test('every page takes the text of a skill, and a config, as a filter', async (t) => {
  const store = playEdit(t);
  const context = contextOf(store);
  const [old = ''] = answerSkills({}, context).rows.find(({ name }) => name === 'review')?.versions ?? [];
  const config = store.readSessionConfig('kiro', 'one')?.fingerprint ?? '';
  for (const filter of [{ skillVersion: [`review@${old}`] }, { config: [config] }]) {
    assert.equal(answerTools(filter, context).totals.sessions, BEFORE.length);
    assert.deepEqual(answerSkills(filter, context).rows.find(({ name }) => name === 'review')?.versions, [old]);
    assert.equal(answerFigures(filter, context).today.sessions, BEFORE.length);
    assert.equal(answerModels({ ...filter, by: 'agent' }, context).rows.length, answerModels({ ...filter, by: 'agent', agent: ['kiro'] }, context).rows.length);
    assert.equal(answerCalls({ ...filter, which: 'newest' }, context).total, 0);
    assert.deepEqual((await answerOverview(filter, context)).running.map(({ sessionId }) => sessionId).sort(), BEFORE.toSorted());
    assert.deepEqual(await listed(filter, context), BEFORE.toSorted());
  }
  for (const nothing of ['review@0000000000000000', `rest@${old}`, 'review']) assert.deepEqual(await listed({ skillVersion: [nothing] }, context), []);
});

test('a row of the list says what its session worked with', async (t) => {
  const store = playEdit(t);
  const { items } = await answerSessions({}, contextOf(store));
  assert.equal(items.length, 6);
  for (const { agent, sessionId, configFingerprint } of items) assert.equal(configFingerprint, store.readSessionConfig(agent, sessionId)?.fingerprint);
});

test('a session whose config is told later is found by it then', (t) => {
  const store = playEdit(t);
  const live = createColumns(readingOf(store));
  const filter = { skillVersion: ['late@0123456789abcdef'] };
  const count = (): number => answerTools(filter, { columns: live.refresh(), nowMillis: Date.now(), open: () => readingOf(store) }).totals.sessions;
  assert.equal(count(), 0);
  store.saveSessionConfig('kiro', 'six', [{ kind: 'skill', name: 'late', hash: '0123456789abcdef' }]);
  assert.equal(count(), 1);
});
