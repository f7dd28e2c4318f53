/** The whole path over a hostile home, as a user would walk it: collected and imported by the real command, delivered, then read back. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { Session } from '#spoor/core/session.ts';
import { VERSION } from '#spoor/core/version.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { parseProtobuf } from '#spoor/otlp/parse-protobuf.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { dialects } from '#spoor/semconv/index.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { StoredSpan } from '#spoor/store/store.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { spawnSpoor, type Spawned } from '../support/spawn-spoor.ts';
import type { HostileHome } from './hostile-home.ts';

/** Ours would be at fault: an event or session that made code of ours throw. */
const OUR_FAULTS = ['unprocessable-event', 'session-failed', 'not-set-aside'];
/** By which a rejected event is counted. */
const REJECTIONS = ['bad-json', 'truncated', 'too-deep', 'payload-not-an-object', 'unknown-hook-event', 'no-session-id'];

/** Where spans that are still open are taken to end. */
const NOW_NANO = 1_900_000_000_000_000_000n;

export interface TakenIn {
  sessions: number;
  spans: number;
  delivered: number;
  problems: Record<string, number>;
}

/** Takes everything in and asserts that all went well. Gives what there is then. */
export async function takeIn(hostile: HostileHome): Promise<TakenIn> {
  const { home, env } = hostile;
  const run = async (...words: string[]): Promise<Spawned> => {
    const ran = await spawnSpoor(words, { env });
    assert.equal(ran.code, 0, `spoor ${words.join(' ')}: ${ran.err.slice(0, 2000)}`);
    return ran;
  };
  const backends = [await startOtlpBackend(), await startOtlpBackend()];
  try {
    const destinations = backends.map(({ url }, index) => `  - name: sink-${index}\n    url: ${url}\n    protocol: ${index === 0 ? 'http/protobuf' : 'http/json'}\n    content: full\n    addedAt: 2026-01-01T00:00:00Z\n`);
    writeFileSync(home.configFile, `destinations:\n${destinations.join('')}`, { mode: 0o600 });
    const collected = JSON.parse((await run('collect', '--once', '--json')).out) as { events: number };
    assert.equal(collected.events, hostile.events, 'every event was taken in');
    await run('import', 'kiro');
    await run('collect', '--once');
    await readBack(run);
    assert.deepEqual(backends.flatMap(({ problems }) => problems), []);
    const [first, second] = backends.map((backend) => [...backend.spansById().keys()].sort());
    assert.deepEqual(first, second, 'over protobuf as over JSON');
    return tellStore(hostile, first?.length ?? 0);
  } finally {
    for (const backend of backends) await backend.stop();
  }
}

type Run = (...words: string[]) => Promise<Spawned>;

/** Every reading command over everything. */
async function readBack(run: Run): Promise<void> {
  const { sessions } = JSON.parse((await run('sessions', '--json', '--limit', '100000')).out) as { sessions: { sessionId: string }[] };
  assert.ok(sessions.length > 0);
  const words = [['sessions'], ['status'], ['status', '--json'], ['show'], ...dialects.map(({ name }) => ['export', '--content', 'full', '--dialect', name])];
  const plain = sessions.map(({ sessionId }) => sessionId).filter((id) => /^[\w.:-]+$/.test(id));
  for (const id of plain.filter((id) => /[-_][01]$/.test(id)).slice(0, 4)) words.push(['show', id], ['show', id, '--full', '--json']);
  await Promise.all(words.map((one) => run(...one)));
}

function tellStore({ home, rejected }: HostileHome, delivered: number): TakenIn {
  const store = openStore(home.database);
  try {
    const problems: Record<string, number> = {};
    for (const { code, count } of store.readProblems()) problems[code] = (problems[code] ?? 0) + count;
    assert.deepEqual(OUR_FAULTS.filter((code) => problems[code] !== undefined), [], JSON.stringify(store.readProblems().filter(({ code }) => OUR_FAULTS.includes(code))));
    const counted = REJECTIONS.reduce((sum, code) => sum + (problems[code] ?? 0), 0);
    assert.ok(counted >= rejected, `${rejected} events were rejected, ${counted} counted`);
    const sessions = store.listSessions({});
    const spans = sessions.flatMap((session) => readAndEncode(store, session));
    return { sessions: sessions.length, spans: spans.length, delivered, problems };
  } finally {
    store.close();
  }
}

/** A session's spans, of which both encoders must make what their decoders read as the same. */
function readAndEncode(store: SqliteStore, session: Session): StoredSpan[] {
  const spans = store.readSpans(session.agent, session.sessionId);
  const context = { session, rootSessionId: session.sessionId, serviceName: 'kiro', sharing: { content: toContentPolicy('full') }, version: VERSION };
  for (const dialect of dialects) {
    const batch = toTraceBatch(spans.map((span) => ({ span, context })), dialect, NOW_NANO);
    const [json, protobuf] = [parseOtlpJson(toOtlpJson(batch)), parseProtobuf(toProtobuf(batch))];
    assert.deepEqual([json.problems, protobuf.problems], [[], []]);
    assert.deepEqual(json.value, protobuf.value);
  }
  return spans;
}
