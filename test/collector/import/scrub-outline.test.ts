/** The first look at a family leaves long texts unscrubbed, and its rows are those that the second look finds. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import { prepareFamily, type PreparedFamily } from '#spoor/collector/import/prepare-family.ts';
import { scrubOutline } from '#spoor/collector/import/scrub-outline.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { toPendingDigest } from '#spoor/core/ids.ts';
import { SHORT_TEXT_LENGTH } from '#spoor/core/span.ts';
import { layClaudeHistory } from '../../../bench/claude-history.ts';

const NEWEST_MILLIS = Date.parse('2026-03-01T12:00:00Z');
const LONG = 'a'.repeat(SHORT_TEXT_LENGTH + 1);

function called(input: unknown, callId: string): Fact {
  const tool = { name: 'Write', canonicalName: 'write', input, callId };
  return { agent: 'claude-code', sessionId: 's', source: 'history', key: `call:${callId}`, order: 1, type: 'tool.called', messageId: 'm', tool };
}

test('long arguments of a call that is known by its id are left out, and no others', () => {
  const left = (fact: Fact, areCallsNamed = true): boolean => {
    const outline = scrubOutline(fact, { scrub: scrubFact, areCallsNamed });
    return outline.type === 'tool.called' && typeof outline.tool.input === 'string' && outline.tool.input.length > SHORT_TEXT_LENGTH;
  };
  assert.ok(left(called({ content: LONG }, 'c')));
  assert.ok(!left(called({ content: LONG }, '')), 'compared by what it was given');
  assert.ok(!left(called({ content: LONG }, 'c'), false), 'compared by what it was given');
  assert.ok(!left(called({ command: 'ls' }, 'c')), 'a short one stands in its row');
  const secret = called({ command: 'export API_KEY=sk-ant-abcdefghij0123456789abcdef' }, 'c');
  assert.ok(!JSON.stringify(scrubOutline(secret, { scrub: scrubFact, areCallsNamed: true })).includes('abcdefghij'));
});

test('the texts of a family fit the outline that was made without them', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'spoor-outline-'));
  t.after(() => rmSync(home, { recursive: true }));
  layClaudeHistory(home, { bytes: 2_000_000, mostBytes: 300_000, seed: 5, newestMillis: NEWEST_MILLIS });
  const environment = { home, env: {}, platform: process.platform };
  const sources = claudeCode.history?.discover(environment).sources ?? [];
  let turns = 0;
  for (const { sessionId, parent } of sources) {
    if (parent) continue;
    const prepare = (kind: 'outline' | 'texts'): PreparedFamily['turns'] => {
      const handed: PreparedFamily['turns'] = [];
      const prepared = prepareFamily(claudeCode, { sessionId, sources, kind, nowMillis: NEWEST_MILLIS + 86_400_000 }, { environment, scrub: scrubFact, handOn: (some) => handed.push(...some) });
      return [...handed, ...prepared.turns];
    };
    const digests = prepare('outline').map(({ turn }) => turn.digest);
    assert.deepEqual(digests, prepare('texts').map(({ outline = '' }) => toPendingDigest(outline)));
    turns += digests.length;
  }
  assert.ok(turns > 0);
});
