/** What a list, a session and a span cost does not depend on how much else is stored: no statement reads a whole table. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ReadDatabase } from '#spoor/query/open-reading.ts';
import type { ReaderContext } from '#spoor/query/question.ts';
import { answerCoverage, answerDetails, answerSession } from '#spoor/query/questions/session.ts';
import { answerSessions } from '#spoor/query/questions/sessions.ts';
import { answerOtlp, answerSpan } from '#spoor/query/questions/span.ts';
import { readAttention } from '#spoor/query/reader/read-attention.ts';
import type { SqlValue } from '#spoor/store/database.ts';
import { agentSamples } from '../../support/agent-stores.ts';
import { copyOf, indexAll } from './copy-of.ts';

/** Notes every statement that goes through it. */
function noting(store: ReadDatabase, texts: Set<string>): ReadDatabase {
  const note = (text: string): string => {
    texts.add(text);
    return text;
  };
  return {
    ...store,
    sql: (text) => store.sql(note(text)),
    sqlBig: (text) => store.sqlBig(note(text)),
    arrays: (text, ...values: SqlValue[]) => store.arrays(note(text), ...values),
  };
}

it('no question of a reader reads a whole table', async (t) => {
  const [sample] = agentSamples;
  assert.ok(sample);
  const { store } = await sample.fill(t);
  const copy = copyOf(t, store);
  indexAll(copy.database, copy.search);
  const texts = new Set<string>();
  const context: ReaderContext = { ...copy.context, open: (source) => (source === 'search' ? copy.context.open(source) : noting(copy.store, texts)) };
  const { items } = await answerSessions({}, context);
  const [row] = items;
  assert.ok(row);
  const { agent, sessionId } = row;
  const destinations = [{ name: 'jaeger', traceUrl: 'http://{host}/{traceId}', url: 'http://localhost:4318/v1/traces' }];
  const { spans, revision } = await answerSession({ agent, sessionId, destinations }, context);
  await answerSession({ agent, sessionId, after: revision }, context);
  answerDetails({ agent, sessionId }, context);
  await answerCoverage({ agent, sessionId }, context);
  answerSpan({ spanId: spans.id[0] ?? '' }, context);
  answerOtlp({ agent, sessionId }, context);
  await answerSessions({ state: ['running'] }, context);
  await answerSessions({ state: ['done'] }, context);
  await answerSessions({ text: 'a* b* c* the' }, context);
  readAttention(context.open('database'), context.nowMillis, () => true);
  assert.ok(texts.size > 15);
  for (const text of texts) {
    const plan = copy.store.sql(`EXPLAIN QUERY PLAN ${text}`).all(...Array.from(text.replace(/'[^']*'/g, '').match(/\?/g) ?? [], () => null)).map(({ detail }) => String(detail));
    const scans = plan.filter((step) => /^SCAN (?!tree|wanted|json_each|CONSTANT|own\b|\(|revision|\d)/.test(step) && !/USING INDEX (session_recent|turn_unsettled)/.test(step));
    assert.deepEqual(scans, [], `${text}\n${plan.join('\n')}`);
  }
});
