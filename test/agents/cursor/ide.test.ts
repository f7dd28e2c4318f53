/** The IDE's database: what is found in it, what is read of it, and that it is left alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import type { AgentEnvironment, HistorySource } from '#spoor/agents/agent.ts';
import { cursor } from '#spoor/agents/cursor/agent.ts';
import { cursorHistory } from '#spoor/agents/cursor/history.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import type { Fact, FactOf } from '#spoor/core/fact.ts';
import { toJson } from '#spoor/core/json.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { toTreeText } from '../../golden/tree-text.ts';
import { CHILD, PARENT, TASK_CALL, toChild, toParent } from './sample-sessions.ts';
import { openState, putComposer, STATE } from './sample-stores.ts';

interface Stage {
  home: string;
  environment: AgentEnvironment;
  db: DatabaseSync;
}

function openStage(t: TestContext, options?: { headers?: boolean }): Stage {
  const home = mkdtempSync(join(tmpdir(), 'spoor-cursor-'));
  const db = openState(home, options);
  t.after(() => {
    if (db.isOpen) db.close();
    rmSync(home, { recursive: true });
  });
  return { home, environment: { home, env: {}, platform: 'linux' }, db };
}

function sourcesOf({ environment }: Stage): HistorySource[] {
  const { sources, problems } = cursorHistory.discover(environment);
  assert.deepEqual(problems, []);
  return sources;
}

function readOne(stage: Stage, id: string): { facts: Fact[]; codes: string[] } {
  const source = cursorHistory.find(stage.environment, id);
  assert.ok(source);
  const { facts, problems } = cursorHistory.read(source);
  return { facts, codes: problems.map(({ code, count }) => `${code} ${count ?? 1}`) };
}

function allOf<T extends Fact['type']>(facts: readonly Fact[], type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.type === type);
}

async function importAll({ environment }: Stage, store: SqliteStore): Promise<number> {
  const report = await importHistory({ store, environment, agents: [cursor], scrub: scrubFact, nowMillis: () => Date.now() + 86_400_000 });
  assert.deepEqual(report.problems, []);
  return report.agents[0]?.spansWritten ?? 0;
}

const TREE = `session 0a1b2c3d
  turn 0  ok model=claude-4.5-sonnet "Which fish are in the pond?" ❮"Two carps and a perch."
    chat ok answer=srv-1 model=claude-4.5-sonnet ❮"I look into the list."
    tool read_file_v2 ok call=aaaa_0 batch=2 read:/home/ann/pond/fish.txt
    tool ripgrep_raw_search ok call=aaaa_1 batch=2 search:/home/ann/pond
    chat ok model=claude-4.5-sonnet
    tool task_v2 ok call=bbbb_0
      turn 0 explore ok "Count the fish." ❮"Three."
        chat ok
        tool read_file_v2 skill=counting ok call=dSkill read:/home/ann/.cursor/skills/counting/SKILL.md
        chat ok ❮"Three."
    chat ok model=claude-4.5-sonnet tokens=1200/30 ❮"Two carps and a perch."
  turn 1  ok model=gpt-5.1-codex context=12.5% "Feed them." ❮"I rang for it."
    chat ok model=gpt-5.1-codex
    tool run_terminal_command_v2 ok call=dShell exit=3
    chat ok model=gpt-5.1-codex ❮"There is no food. I note it."
    tool edit_file_v2 denied call=ndSkip edit:/home/ann/pond/log.md
      permission edit_file_v2 denied decision=denied call=ndSkip
    chat ok model=gpt-5.1-codex
    tool mcp-pond-ring_bell mcp=pond/ring_bell ok call=ndBell
    chat ok model=gpt-5.1-codex ❮"I rang for it."
`;

for (const headers of [true, false]) {
  test(`${headers ? 'with' : 'without'} a table of headers: turns, chats, calls and the subagent below its call; again, nothing new`, async (t) => {
    const stage = openStage(t, { headers });
    putComposer(stage.db, toParent());
    putComposer(stage.db, toChild());
    const store = openStore(':memory:');
    t.after(() => store.close());
    assert.ok((await importAll(stage, store)) > 0);
    assert.equal(toTreeText(store, { clocks: false, costs: false }), TREE);
    assert.equal(await importAll(stage, store), 0);
    const [chat] = store.readSpans('cursor', PARENT).filter(({ kind }) => kind === 'chat');
    assert.deepEqual([chat?.values.provider, chat?.content.reasoning, chat?.provenance.model], ['anthropic', 'A list would say.', 'transcript']);
    const providers = store.readSpans('cursor', PARENT).filter(({ kind, sessionId }) => kind === 'agent' && sessionId === PARENT).map(({ values, extra }) => [values.provider, extra['cursor.request_id'], extra['cursor.git.branch'], extra['cursor.mode']]);
    assert.deepEqual(providers, [['anthropic', '7e7e7e7e-0001-4000-8000-0000000000a1', 'main', 'agent'], ['openai', '7e7e7e7e-0002-4000-8000-0000000000a2', 'main', 'agent']]);
  });
}

test('nothing is written, and no file stands beside a database that nobody has open', (t) => {
  const stage = openStage(t);
  putComposer(stage.db, toParent());
  stage.db.close();
  const path = join(stage.home, STATE);
  const before = statSync(path).mtimeMs;
  for (const source of sourcesOf(stage)) cursorHistory.read(source);
  assert.deepEqual(readdirSync(dirname(path)), ['state.vscdb']);
  assert.equal(statSync(path).mtimeMs, before);
});

test('only a conversation whose rows were written has another stamp', (t) => {
  const stage = openStage(t);
  putComposer(stage.db, toParent());
  putComposer(stage.db, toChild());
  const before = new Map(sourcesOf(stage).map((source) => [source.sessionId, toJson(source.files)]));
  // A result comes into a bubble: neither the conversation's row nor its time changes.
  stage.db.prepare("INSERT INTO cursorDiskKV SELECT key, replace(CAST(value AS TEXT), 'completed', 'canceled!') FROM cursorDiskKV WHERE key = ?").run(`bubbleId:${PARENT}:a5`);
  const after = new Map(sourcesOf(stage).map((source) => [source.sessionId, toJson(source.files)]));
  assert.deepEqual([...after.keys()].filter((id) => after.get(id) !== before.get(id)), [PARENT]);
  assert.equal(toJson(cursorHistory.find(stage.environment, PARENT)?.files), after.get(PARENT));
});

test('drafts are no sessions; the newest comes first; subagents are found by their parent', (t) => {
  const stage = openStage(t);
  putComposer(stage.db, { id: 'draft', composer: { isDraft: true }, bubbles: [] });
  stage.db.exec("INSERT INTO cursorDiskKV VALUES ('composerData:empty-state-draft', NULL)");
  putComposer(stage.db, toChild());
  putComposer(stage.db, toParent());
  assert.deepEqual(sourcesOf(stage).map(({ sessionId, parent }) => [sessionId, parent]), [[PARENT, undefined], [CHILD, { sessionId: PARENT, relation: 'subagent', callId: TASK_CALL }]]);
  assert.deepEqual(cursorHistory.findChildren?.(stage.environment, PARENT, 0).map(({ sessionId }) => sessionId), [CHILD]);
  assert.deepEqual(cursorHistory.findChildren?.(stage.environment, PARENT, Date.parse('2100-01-01')), []);
});

test('older builds: bubbles in the row itself, or in no list at all', (t) => {
  const stage = openStage(t, { headers: false });
  const bubbles = [{ bubbleId: 'o1', type: 1, text: 'Hello?' }, { bubbleId: 'o2', type: 2, text: '', toolFormerData: { name: 'run_terminal_cmd', status: 'completed', params: { command: 'ls' }, result: { output: 'a' } } }, { bubbleId: 'o3', type: 2, text: 'Hello.' }];
  const put = stage.db.prepare('INSERT INTO cursorDiskKV VALUES (?, ?)');
  put.run('composerData:inline', JSON.stringify({ composerId: 'inline', createdAt: 1_760_000_000_000, conversation: bubbles }));
  put.run('composerData:listless', JSON.stringify({ composerId: 'listless', createdAt: 1_760_000_000_000 }));
  for (const bubble of bubbles) put.run(`bubbleId:listless:${bubble.bubbleId}`, JSON.stringify(bubble));
  for (const id of ['inline', 'listless']) {
    const { facts, codes } = readOne(stage, id);
    assert.deepEqual(codes, []);
    assert.deepEqual(allOf(facts, 'turn.started').map(({ prompt }) => prompt), ['Hello?']);
    assert.deepEqual(allOf(facts, 'model.answered').map(({ text, callIds }) => [text, callIds]), [[undefined, ['o2']], ['Hello.', []]]);
    assert.deepEqual(allOf(facts, 'tool.called').map(({ tool }) => [tool.shellCommand, tool.nativeCallId]), [['ls', null]]);
    assert.deepEqual(allOf(facts, 'turn.ended').map(({ reason, isTentative }) => [reason, isTentative]), [['ok', true]]);
  }
});

test('what is not there, or is no JSON, or is of no known kind, is counted; the rest is read', (t) => {
  const stage = openStage(t);
  putComposer(stage.db, toParent());
  stage.db.exec(`DELETE FROM cursorDiskKV WHERE key = 'bubbleId:${PARENT}:a2'; UPDATE cursorDiskKV SET value = NULL WHERE key = 'bubbleId:${PARENT}:a6'; UPDATE cursorDiskKV SET value = 'no json' WHERE key = 'bubbleId:${PARENT}:b2'`);
  stage.db.exec(`UPDATE cursorDiskKV SET value = '{"type": 7}' WHERE key = 'bubbleId:${PARENT}:b5'; UPDATE cursorDiskKV SET value = '{"type": 2, "toolFormerData": {"name": "x", "status": "odd"}}' WHERE key = 'bubbleId:${PARENT}:b4'`);
  const { facts, codes } = readOne(stage, PARENT);
  assert.deepEqual(codes.sort(), ['bad-json 1', 'bad-json 1', 'missing-record 1', 'unknown-record 1', 'unknown-tool-status 1']);
  assert.deepEqual(allOf(facts, 'turn.started').map(({ prompt }) => prompt), ['Which fish are in the pond?', 'Feed them.']);
});

test('the state of a conversation is that of its newest turn', (t) => {
  const stage = openStage(t);
  const ends = (status: string | undefined): unknown => {
    const { bubbles, composer, id } = toParent();
    putComposer(stage.db, { id, bubbles, composer: { ...composer, status } });
    return allOf(readOne(stage, PARENT).facts, 'turn.ended').map(({ reason, isTentative }) => `${reason}${isTentative ? '?' : ''}`);
  };
  assert.deepEqual(ends('completed'), ['ok', 'ok']);
  assert.deepEqual(ends('aborted'), ['ok', 'cancelled']);
  assert.deepEqual(ends('error'), ['ok', 'error']);
  assert.deepEqual(ends('generating'), ['ok']);
  assert.deepEqual(ends(undefined), ['ok', 'ok?']);
});

test('of a great row only the fields that are read come out of the database', (t) => {
  const stage = openStage(t);
  const context = 'x'.repeat(4 << 20);
  const bubbles = Array.from({ length: 24 }, (_, index) => ({ id: `big${index}`, type: index === 0 ? 1 : 2, text: `words ${index}`, createdAt: new Date(1_790_000_000_000 + index * 1000).toISOString(), codebaseContextChunks: [context] }));
  putComposer(stage.db, { id: 'great', bubbles });
  const source = cursorHistory.find(stage.environment, 'great');
  assert.ok(source);
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const { facts } = cursorHistory.read(source);
  assert.ok(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before < 32 << 20, 'a third of the 96 MB that stand there');
  assert.equal(allOf(facts, 'model.answered')[0]?.text?.split('\n').length, 23);
});

test('a database that is none, or another one, is a problem or nothing', (t) => {
  const stage = openStage(t);
  stage.db.exec('DROP TABLE cursorDiskKV');
  assert.deepEqual(sourcesOf(stage), []);
  assert.equal(cursorHistory.find(stage.environment, PARENT), undefined);
  assert.deepEqual(cursorHistory.discover({ env: {}, platform: 'linux' }), { sources: [], problems: [] });
});

test('macOS and Windows have it elsewhere, and --from may name it', (t) => {
  const stage = openStage(t);
  putComposer(stage.db, toParent());
  const path = join(stage.home, STATE);
  for (const from of [path, stage.home, dirname(dirname(dirname(path)))]) assert.deepEqual(cursorHistory.discover(stage.environment, from).sources.map(({ sessionId }) => sessionId), [PARENT], from);
  assert.ok(cursorHistory.roots({ home: '/h', env: {}, platform: 'darwin' }).includes('/h/Library/Application Support/Cursor/User/globalStorage/state.vscdb'));
  assert.ok(cursorHistory.roots({ home: '/h', env: { APPDATA: '/h/AppData/Roaming' }, platform: 'win32' }).includes('/h/AppData/Roaming/Cursor/User/globalStorage/state.vscdb'));
});
