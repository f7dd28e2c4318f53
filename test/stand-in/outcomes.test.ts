/** What is refused, fails or is broken off: which hooks stay away and what the history tells. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Played } from './played.ts';
import { playSession } from './play-session.ts';
import type { HistoryRecord } from './records.ts';
import { readNotes } from './recorder.ts';
import { findScenario, scenarios } from './scenarios/index.ts';
import { createStage, playVirtually, type Stage } from './stage.ts';

async function playRecorded(stage: Stage, name: string): Promise<{ played: Played; events: string[]; kinds: string[]; metadatas: Record<string, unknown>[] }> {
  stage.record();
  const session = findScenario(name).sessions[0];
  assert.ok(session);
  const played = await playSession(session, { home: stage.home });
  const { jsonl, sidecar } = played.sessions[0] ?? { jsonl: '', sidecar: '' };
  const lines = existsSync(jsonl) ? readFileSync(jsonl, 'utf8').trim().split('\n') : [];
  return {
    played,
    events: readNotes(stage.notes).map((note) => note.event),
    kinds: lines.map((line) => (JSON.parse(line) as HistoryRecord).kind),
    metadatas: JSON.parse(readFileSync(sidecar, 'utf8')).session_state.conversation_metadata.user_turn_metadatas,
  };
}

const count = (events: string[], event: string): number => events.filter((one) => one === event).length;

test('a denied call has no hook after it, and the model hears of it', async (context) => {
  const { played, events } = await playRecorded(createStage(context), 'denied-badger');
  assert.equal(count(events, 'preToolUse'), 2);
  assert.equal(count(events, 'postToolUse'), 1);
  assert.equal(count(events, 'stop'), 1);
  assert.deepEqual(played.sessions[0]?.turns[0]?.calls.map((call) => call.outcome), ['denied', 'ok']);
  const text = readFileSync(played.sessions[0]?.jsonl ?? '', 'utf8');
  assert.match(text, /"result":\{"Error":\{"Custom":"Tool use was denied by the user\."\}\}/);
});

test('when one call of a batch is denied none runs', async (context) => {
  const { played, events } = await playRecorded(createStage(context), 'denied-batch-badger');
  assert.equal(count(events, 'preToolUse'), 3);
  assert.equal(count(events, 'postToolUse'), 0);
  assert.deepEqual(played.sessions[0]?.turns[0]?.calls.map((call) => call.outcome), ['unrun', 'denied', 'unrun']);
});

test('a failed call has no hook after it', async (context) => {
  const { played, events } = await playRecorded(createStage(context), 'failed-tool-crow');
  assert.equal(count(events, 'preToolUse'), 3);
  assert.equal(count(events, 'postToolUse'), 1);
  assert.deepEqual(played.sessions[0]?.turns[0]?.calls.map((call) => call.outcome), ['error', 'ok', 'error']);
});

const CANCELS = [
  ['cancelled-tools-goose', 'ToolUseRejected', ['Prompt', 'AssistantMessage', 'ToolResults', 'AssistantMessage']],
  ['cancelled-approval-goose', 'ToolUseRejected', ['Prompt', 'AssistantMessage', 'ToolResults', 'AssistantMessage']],
  ['cancelled-answer-goose', 'Cancelled', ['Prompt', 'AssistantMessage']],
  ['cancelled-prompt-goose', 'Cancelled', ['Prompt', 'CancelledPrompt']],
  ['cancelled-traceless-goose', 'Cancelled', []],
] as const;

for (const [name, endReason, kinds] of CANCELS) {
  test(`${name}: no stop hook, the sidecar tells, the history says what that build says`, async (context) => {
    const seen = await playRecorded(createStage(context), name);
    assert.equal(count(seen.events, 'userPromptSubmit'), 3);
    assert.equal(count(seen.events, 'stop'), 2);
    assert.deepEqual(seen.metadatas.map((metadata) => metadata.end_reason), ['UserTurnEnd', endReason, 'UserTurnEnd']);
    assert.deepEqual(seen.kinds, ['Prompt', 'AssistantMessage', ...kinds, 'Prompt', 'AssistantMessage', 'ToolResults', 'AssistantMessage']);
  });
}

test('a request that fails leaves no prompt but a metadata, and a stop hook without an answer', async (context) => {
  const stage = createStage(context);
  const { kinds, metadatas, events } = await playRecorded(stage, 'error-moth');
  assert.deepEqual(kinds, ['Prompt', 'AssistantMessage']);
  assert.deepEqual(metadatas.map((metadata) => [metadata.end_reason, metadata.total_request_count, Object.keys(metadata.result as object)[0]]), [['Error', 1, 'Err'], ['UserTurnEnd', 1, 'Ok']]);
  assert.deepEqual(events, ['agentSpawn', 'userPromptSubmit', 'stop', 'userPromptSubmit', 'stop']);
  const [failed, fine] = readNotes(stage.notes).filter((note) => note.event === 'stop');
  assert.ok(failed && !('assistant_response' in failed.payload));
  assert.equal(fine?.payload.assistant_response, 'Flying.');
});

test('a request that fails after tools leaves them cancelled in the history though their hooks told of success', async (context) => {
  const { kinds, events, played } = await playRecorded(createStage(context), 'error-later-moth');
  assert.deepEqual(kinds, ['Prompt', 'AssistantMessage', 'ToolResults', 'AssistantMessage', 'Prompt', 'AssistantMessage']);
  assert.equal(count(events, 'postToolUse'), 1);
  assert.match(readFileSync(played.sessions[0]?.jsonl ?? '', 'utf8'), /"result":"Cancelled"/);
});

test('a hook that leaves with 2 blocks the whole batch', async (context) => {
  const stage = createStage(context);
  mkdirSync(`${stage.kiroHome}/agents`, { recursive: true });
  const hooks = { preToolUse: [{ command: 'grep -q "say 1" && { echo not that one >&2; exit 2; }; exit 0' }], postToolUse: [{ command: 'cat >/dev/null' }] };
  writeFileSync(`${stage.kiroHome}/agents/kiro_default.json`, JSON.stringify({ tools: ['*'], hooks }));
  const session = findScenario('parallel-heron').sessions[0];
  assert.ok(session);
  const played = await playSession(session, { home: stage.home });
  assert.deepEqual(played.sessions[0]?.turns[0]?.calls.map((call) => call.outcome), ['unrun', 'blocked', 'unrun']);
  assert.equal(played.hookRuns.filter((run) => run.event === 'postToolUse').length, 0);
  assert.match(readFileSync(played.sessions[0]?.jsonl ?? '', 'utf8'), /PreToolHook blocked the tool execution: not that one/);
});

test('what a prompt hook prints goes into the conversation, and one that hangs is left alone after its timeout', async (context) => {
  const stage = createStage(context);
  mkdirSync(`${stage.kiroHome}/agents`, { recursive: true });
  const hooks = { userPromptSubmit: [{ command: 'echo overheard' }, { command: 'exec sleep 60', timeout_ms: 50 }] };
  writeFileSync(`${stage.kiroHome}/agents/kiro_default.json`, JSON.stringify({ tools: ['*'], hooks }));
  const session = findScenario('new-chat-stork').sessions[0];
  assert.ok(session);
  const played = await playSession(session, { home: stage.home });
  assert.match(readFileSync(played.sessions[0]?.jsonl ?? '', 'utf8'), /overheard/);
  const hung = played.hookRuns.filter((run) => run.timedOut);
  assert.equal(hung.length, 2);
  assert.ok(hung.every((run) => run.exitCode === null));
});

test('hooks in a form that Kiro drops do not run', async (context) => {
  const stage = createStage(context);
  mkdirSync(`${stage.kiroHome}/agents`, { recursive: true });
  const nested = { preToolUse: [{ matcher: '*', hooks: [{ type: 'command', command: 'true' }] }], stop: [{ command: 'true' }] };
  writeFileSync(`${stage.kiroHome}/agents/kiro_default.json`, JSON.stringify({ tools: ['*'], hooks: nested }));
  const session = findScenario('new-chat-stork').sessions[0];
  assert.ok(session);
  assert.equal((await playSession(session, { home: stage.home })).hookRuns.length, 0);
});

test('the same script gives the same files, byte for byte, and no two scenarios share an id', async (context) => {
  const [first, second] = [createStage(context), createStage(context)];
  const seen = new Set<string>();
  for (const scenario of scenarios) {
    const once = (await playVirtually(scenario, first.home)).flatMap((played) => played.sessions);
    const again = (await playVirtually(scenario, second.home)).flatMap((played) => played.sessions);
    for (const [index, session] of once.entries()) {
      const other = again[index];
      assert.ok(other);
      for (const kind of ['jsonl', 'sidecar'] as const) assert.equal(readFileSync(session[kind], 'utf8').replaceAll(first.home, ''), readFileSync(other[kind], 'utf8').replaceAll(second.home, ''));
      assert.ok(!seen.has(session.sessionId));
      seen.add(session.sessionId);
    }
  }
});

test('a rewound session repeats the lines and the turns it keeps', async (context) => {
  const stage = createStage(context);
  const [played] = await playVirtually(findScenario('rewind-salmon'), stage.home);
  const [parent, child] = played?.sessions ?? [];
  assert.ok(parent && child);
  const lines = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n');
  assert.deepEqual(lines(child.jsonl).slice(0, 4), lines(parent.jsonl).slice(0, 4));
  const [above, below] = [parent, child].map((session) => JSON.parse(readFileSync(session.sidecar, 'utf8')));
  assert.equal(below.parent_session_id, parent.sessionId);
  assert.equal(below.session_created_reason, 'rewind');
  const turnsOf = (sidecar: typeof above): unknown[] => sidecar.session_state.conversation_metadata.user_turn_metadatas;
  assert.deepEqual(turnsOf(below)[0], turnsOf(above)[0]);
  assert.equal(turnsOf(below).length, 2);
});
