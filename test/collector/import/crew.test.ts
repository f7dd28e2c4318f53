/** A thread that runs out of memory: one family is told to be too large, and those that waited behind it are prepared all the same. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import { createCrew } from '#spoor/collector/import/crew.ts';
import { layClaudeHistory } from '../../../bench/claude-history.ts';

const NEWEST_MILLIS = Date.parse('2026-03-01T12:00:00Z');
/** Far more than a session of some kilobytes takes, and far less than one of some ten megabytes. */
const LIMITS = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4 };

test('the family that a thread died of is left out, and no other', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'spoor-crew-'));
  t.after(() => rmSync(root, { recursive: true }));
  const environmentOf = (name: string) => ({ home: join(root, name), env: {}, platform: process.platform });
  layClaudeHistory(join(root, 'large'), { bytes: 40_000_000, mostBytes: 400_000_000, seed: 3, newestMillis: NEWEST_MILLIS });
  layClaudeHistory(join(root, 'small'), { bytes: 2_000_000, mostBytes: 200_000, seed: 5, newestMillis: NEWEST_MILLIS });
  const sourcesOf = (name: string) => claudeCode.history?.discover(environmentOf(name)).sources ?? [];
  const crew = createCrew({ threads: 1, environment: environmentOf('small'), limits: LIMITS });
  t.after(() => crew.close());
  const prepare = (sessionId: string, name: string) => crew.prepare(claudeCode, { sessionId, sources: sourcesOf(name), kind: 'whole', nowMillis: NEWEST_MILLIS + 86_400_000 }, () => undefined);
  const large = sourcesOf('large').toSorted((a, b) => (b.files[0]?.size ?? 0) - (a.files[0]?.size ?? 0));
  const small = sourcesOf('small').filter(({ parent }) => parent === undefined).slice(0, 3);
  assert.equal(small.length, 3);
  const [before, died, ...behind] = await Promise.all([prepare(small[0]?.sessionId ?? '', 'small'), prepare(large[0]?.sessionId ?? '', 'large'), prepare(small[1]?.sessionId ?? '', 'small'), prepare(small[2]?.sessionId ?? '', 'small')]);
  assert.ok((before?.turns.length ?? 0) > 0);
  assert.equal(died, undefined);
  for (const prepared of behind) assert.ok((prepared?.turns.length ?? 0) > 0);
});
