/** Chat stores of `cursor-agent`, and which of three histories of one session is read. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { cursor } from '#spoor/agents/cursor/agent.ts';
import { parseRoot } from '#spoor/agents/cursor/cli/root.ts';
import { cursorHistory } from '#spoor/agents/cursor/history.ts';
import { placeSubagent, toMadeUpId } from '#spoor/agents/cursor/subagents.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { toTreeText } from '../../golden/tree-text.ts';
import { chat, CHAT } from './sample-sessions.ts';
import { openState, putChat, putComposer } from './sample-stores.ts';

function openHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'spoor-cursor-'));
  t.after(() => rmSync(home, { recursive: true }));
  return home;
}

const environmentAt = (home: string): { home: string; env: object; platform: 'linux' } => ({ home, env: {}, platform: 'linux' });

function codesOf(home: string): string[] {
  const source = cursorHistory.find(environmentAt(home) as never, CHAT);
  assert.ok(source);
  return cursorHistory.read(source).problems.map(({ code }) => code);
}

const TREE = `session 0a1b2c3d
  turn 0  ok model=composer-1.5 "Feed the fish." ❮"No food." !compaction
    chat ok model=composer-1.5 ❮"I try."
    tool Shell ok call=olu_c1 exit=3 batch=2
    tool StrReplace denied call=olu_c2 batch=2 edit:/home/ann/pond/log.md
      permission StrReplace denied decision=denied call=olu_c2
    chat ok model=composer-1.5 ❮"No food."
  turn 1  ok model=composer-1.5 "Ring." ❮"No food."
    chat ok model=composer-1.5
    tool CallMcpTool mcp=pond/ring_bell ok call=olu_c3
    chat ok model=composer-1.5 ❮"No food."
`;

test('turns, chats, calls and their verdicts; equal messages are two; again, nothing new', async (t) => {
  const home = openHome(t);
  putChat(home, chat);
  const store = openStore(':memory:');
  t.after(() => store.close());
  const run = async (): Promise<number> => {
    const report = await importHistory({ store, environment: environmentAt(home) as never, agents: [cursor], scrub: scrubFact, nowMillis: () => Date.now() });
    assert.deepEqual(report.problems, []);
    return report.agents[0]?.spansWritten ?? 0;
  };
  await run();
  assert.equal(toTreeText(store, { clocks: false, costs: false }).replaceAll(' NOT FINAL', ''), TREE);
  assert.equal(await run(), 0);
  const [turn, chatSpan] = store.readSpans('cursor', CHAT);
  assert.deepEqual([turn?.extra['cursor.mode'], turn?.extra['cursor.request_id'], turn?.startUnixNano], ['auto-run', '7e7e7e7e-0003-4000-8000-0000000000a3', BigInt(Date.parse('2026-11-01T07:05:00Z')) * 1_000_000n]);
  assert.deepEqual([chatSpan?.values.provider, chatSpan?.content.reasoning], ['cursor', 'Is there food?']);
  const starts = store.readSpans('cursor', CHAT).filter(({ kind }) => kind === 'agent').map(({ startUnixNano }) => startUnixNano);
  assert.deepEqual(starts.toSorted((a, b) => Number(a - b)), starts, 'a prompt without a clock comes behind the one before');
  const session = store.listSessions({})[0];
  assert.deepEqual([session?.title, session?.cwd, session?.model], ['Feed the fish', '/home/ann/pond', 'composer-1.5']);
});

test('meta.json beside it tells title and folder; an empty store, or one without a root, is no session yet', (t) => {
  const home = openHome(t);
  const path = putChat(home, chat);
  writeFileSync(join(dirname(path), 'meta.json'), JSON.stringify({ schemaVersion: 1, title: 'Beside', cwd: '/elsewhere', createdAtMs: 1_790_000_000_500 }));
  const source = cursorHistory.find(environmentAt(home) as never, CHAT);
  assert.ok(source);
  const [seen] = cursorHistory.read(source).facts;
  assert.ok(seen?.type === 'session.seen');
  assert.deepEqual([seen.title, seen.cwd, seen.startedAt], ['Beside', '/elsewhere', 1_790_000_000_500_000_000n]);
  putChat(home, { ...chat, meta: { latestRootBlobId: '' } });
  assert.deepEqual(cursorHistory.read(source).facts, []);
  assert.deepEqual(codesOf(home), []);
  const empty = join(dirname(dirname(path)), 'empty', 'store.db');
  mkdirSync(dirname(empty));
  writeFileSync(empty, '');
  assert.deepEqual(cursorHistory.discover(environmentAt(home) as never).sources.map(({ sessionId }) => sessionId), [CHAT]);
});

test('lost, torn and unknown messages are counted', (t) => {
  const home = openHome(t);
  const path = putChat(home, { ...chat, messages: [...chat.messages, { role: 'oracle', content: [] }, { role: 'assistant', content: [{ type: 'sound' }] }] });
  const db = new DatabaseSync(path);
  db.exec("DELETE FROM blobs WHERE CAST(data AS TEXT) LIKE '%I try.%'; UPDATE blobs SET data = 'x' WHERE CAST(data AS TEXT) LIKE '%Ring.%'");
  db.close();
  assert.deepEqual(codesOf(home), ['missing-record', 'bad-json', 'unknown-record', 'unknown-record']);
  putChat(home, { ...chat, meta: { latestRootBlobId: 'ff' } });
  assert.deepEqual(codesOf(home), ['unknown-record']);
});

test('a root is read as far as it is known, and what is torn or none is none', () => {
  const id = Buffer.alloc(32, 7);
  const message = Buffer.concat([Buffer.from([0x0a, 32]), id, Buffer.from([0x4a, 3]), Buffer.from('x:y'), Buffer.from([0x50, 0x80, 0x01, 0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8])]);
  assert.deepEqual(parseRoot(message), { messageIds: [id.toString('hex')], workspaceUri: 'x:y' });
  for (let length = 1; length < 34; length++) assert.equal(parseRoot(message.subarray(0, length)), undefined, String(length));
  assert.equal(parseRoot(Buffer.from('{"role":"user"}')), undefined);
  assert.deepEqual(parseRoot(new Uint8Array()), { messageIds: [] });
});

test('the IDE tells more than the store, and the store more than the transcript, which alone tells whose subagent it is', (t) => {
  const home = openHome(t);
  const transcript = join(home, '.cursor', 'projects', 'p', 'agent-transcripts', 'parent', 'subagents', `${CHAT}.jsonl`);
  mkdirSync(dirname(transcript), { recursive: true });
  writeFileSync(transcript, `${JSON.stringify({ role: 'user', message: { content: 'Hello.' } })}\n{"role": "assis`);
  const found = (): [string | undefined, unknown] => {
    const source = cursorHistory.find(environmentAt(home) as never, CHAT);
    assert.deepEqual(cursorHistory.discover(environmentAt(home) as never).sources, source ? [source] : []);
    return [source?.files[0]?.path.replace(home, ''), source?.parent];
  };
  const parent = { sessionId: 'parent', relation: 'subagent' };
  assert.deepEqual(found(), [transcript.replace(home, ''), parent]);
  assert.deepEqual(codesOf(home), [], 'its last line is being written');
  const path = putChat(home, chat);
  assert.deepEqual(found(), [path.replace(home, ''), parent]);
  const db = openState(home);
  putComposer(db, { id: CHAT, bubbles: [{ id: 'z', type: 1, text: 'Hello.' }] });
  db.close();
  assert.deepEqual(found(), [`/.config/Cursor/User/globalStorage/state.vscdb#composer=${CHAT}`, parent]);
});

test('a subagent is placed by its call, or when it is over by a prompt that one other has, and has since', () => {
  const sessionId = toMadeUpId('parent', 'call');
  const base = { agent: 'cursor', sessionId, source: 'hook', order: 0, at: { unixNano: 5_000_000n, source: 'hook' } } as const;
  const seen: Fact = { ...base, key: 'seen', type: 'session.seen', parent: { sessionId: 'parent', relation: 'subagent', callId: 'call' } };
  const running: Fact[] = [seen, { ...base, key: 'start', type: 'turn.started', prompt: 'Count. ' }];
  const over: Fact[] = [...running, { ...base, key: 'end', type: 'turn.ended', reason: 'ok' }];
  const place = (facts: readonly Fact[], prompts: readonly [id: string, prompt: string, millis: number][], calls: { sessionId: string; callId?: string }[] = []): string[] => [
    ...placeSubagent(facts, { listByCall: () => calls, listByPrompt: () => prompts.map(([id, prompt, modifiedMillis]) => ({ sessionId: id, prompt, modifiedMillis })) }).values(),
  ];
  assert.deepEqual(place(running, [], [{ sessionId: 'other' }, { sessionId: 'child', callId: 'call' }]), ['child', 'child']);
  assert.deepEqual(place(running, [['child', 'Count.', 6]]), [], 'another with this prompt may still come');
  assert.deepEqual(place(over, [['older', 'Count.', 4], ['other', 'Feed.', 6], ['child', 'Count.', 5.5]]), ['child', 'child', 'child']);
  assert.deepEqual(place(over, [['one', 'Count.', 6], ['two', 'Count.', 6]]), [], 'nothing tells which is which');
  assert.deepEqual(place(over.slice(1), [['child', 'Count.', 6]]), [], 'whose it is was not told');
});
