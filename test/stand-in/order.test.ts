/** When the stand-in runs which hook, with what, and what stands on disk at that moment. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { playSession } from './play-session.ts';
import { readNotes, type Note } from './recorder.ts';
import { findScenario } from './scenarios/index.ts';
import { shell, turn, type SessionScript } from './script.ts';
import { createStage } from './stage.ts';

const sessionOf = (name: string): SessionScript => {
  const session = findScenario(name).sessions[0];
  assert.ok(session);
  return session;
};

const eventsOf = (notes: Note[]): string[] => notes.map((note) => note.event);

test('a serial session runs its hooks in the documented order and writes when the real one writes', async (context) => {
  const stage = createStage(context);
  stage.record();
  const played = await playSession(sessionOf('serial-otter'), { home: stage.home });
  const notes = readNotes(stage.notes);
  const tool = ['preToolUse', 'postToolUse'];
  assert.deepEqual(eventsOf(notes), ['agentSpawn', 'userPromptSubmit', ...tool, ...tool, 'stop', 'userPromptSubmit', 'stop']);
  // A prompt's line comes with its answer; results come with the answer after them; the sidecar comes after the stop hooks.
  assert.deepEqual(notes.map((note) => note.lines), [0, 0, 2, 2, 4, 4, 6, 6, 8]);
  assert.deepEqual(notes.map((note) => note.turnsInSidecar), [undefined, undefined, undefined, undefined, undefined, undefined, undefined, 1, 1]);
  const id = played.sessions[0]?.sessionId;
  assert.ok(notes.every((note) => note.files.includes(`${id}.lock`)), 'the lock is there while the session runs');
  assert.ok(!existsSync(`${stage.kiroHome}/sessions/cli/${id}.lock`), 'and gone after it');
  const sidecar = JSON.parse(readFileSync(played.sessions[0]?.sidecar ?? '', 'utf8'));
  assert.equal(sidecar.session_state.conversation_metadata.user_turn_metadatas.length, 2);
});

test('payloads and environment are the documented ones', async (context) => {
  const stage = createStage(context);
  stage.record();
  const prompt = `Say \u0007${'x'.repeat(5000)}`;
  const script: SessionScript = { seed: 'env-vole', steps: [turn(prompt, [{ tools: [shell('say', 'said\n', { purpose: 'Say it' })] }, { text: 'Said.' }])] };
  const played = await playSession(script, { home: stage.home, sessionEnvironment: { PATH: process.env.PATH, HOME: stage.home, ODD_VOLE: '7' } });
  const notes = readNotes(stage.notes);
  const id = played.sessions[0]?.sessionId;
  const [spawn, submit, before, after, stop] = notes;
  const base = (event: string): Record<string, unknown> => ({ hook_event_name: event, cwd: `${stage.home}/project`, session_id: id });
  const tool = { tool_name: 'shell', tool_input: { __tool_use_purpose: 'Say it', command: 'say' } };
  assert.deepEqual(spawn?.payload, base('agentSpawn'));
  assert.deepEqual(submit?.payload, { ...base('userPromptSubmit'), prompt });
  assert.deepEqual(before?.payload, { ...base('preToolUse'), ...tool });
  assert.deepEqual(after?.payload, { ...base('postToolUse'), ...tool, tool_response: { items: [{ Json: { exit_status: 'exit status: 0', stdout: 'said\n', stderr: '' } }] } });
  assert.deepEqual(stop?.payload, { ...base('stop'), assistant_response: 'Said.' });
  assert.ok(notes.every((note) => note.environment.KIRO_SESSION_ID === id && note.environment.ODD_VOLE === '7'));
  assert.equal(spawn?.environment.USER_PROMPT, undefined);
  assert.equal(submit?.environment.USER_PROMPT, `Say ${'x'.repeat(4091)}`);
});

test('hooks of one batch run together, the ones after the tools only when all tools are finished', async (context) => {
  const stage = createStage(context);
  stage.record({ meet: { event: 'preToolUse', count: 3 } });
  const played = await playSession(sessionOf('parallel-swapped-heron'), { home: stage.home, pace: 0.1 });
  const runs = played.hookRuns;
  const [before, after] = ['preToolUse', 'postToolUse'].map((event) => runs.filter((run) => run.event === event));
  assert.ok(before && after);
  assert.equal(before.length, 3);
  assert.equal(after.length, 3);
  assert.ok(readNotes(stage.notes).filter((note) => note.event === 'preToolUse').every((note) => note.arrivals === 3), 'every one of them saw the others');
  assert.ok(Math.max(...before.map((run) => run.endedMillis)) <= Math.min(...after.map((run) => run.startedMillis)));
  assert.equal(new Set(runs.map((run) => run.pid)).size, runs.length, 'each its own process');
  // The slowest was asked for first and comes back last.
  assert.deepEqual(after.map((run) => (run.payload.tool_input as { command: string }).command), ['sleep-and-say 2', 'sleep-and-say 1', 'sleep-and-say 0']);
});

test('a subagent is a session of its own whose hooks still see the id of the session in front', async (context) => {
  const stage = createStage(context);
  stage.record();
  writeFileSync(`${stage.kiroHome}/agents/scout-wolf.json`, readFileSync(`${stage.kiroHome}/agents/kiro_default.json`));
  const played = await playSession(sessionOf('subagent-wolf'), { home: stage.home });
  const notes = readNotes(stage.notes);
  const [root, ...children] = played.sessions;
  assert.equal(children.length, 3);
  assert.deepEqual(played.sessions[0]?.turns[0]?.calls.find((call) => call.hookName === 'subagent')?.childSessionIds.toSorted(), children.map((child) => child.sessionId).toSorted());
  const ofChildren = notes.filter((note) => note.payload.session_id !== root?.sessionId);
  // Both scouts have hooks; the clerk's profile has no file, so it has none.
  assert.deepEqual(eventsOf(ofChildren).toSorted(), ['agentSpawn', 'agentSpawn', 'postToolUse', 'postToolUse', 'preToolUse', 'preToolUse', 'stop', 'stop', 'userPromptSubmit', 'userPromptSubmit']);
  assert.ok(ofChildren.every((note) => note.environment.KIRO_SESSION_ID === root?.sessionId));
  const stopped = notes.findIndex((note) => note.event === 'postToolUse' && note.payload.tool_name === 'subagent');
  assert.ok(notes.slice(0, stopped).filter((note) => note.event === 'stop').length === 2, 'the call ends after its sessions');
});

test('a resumed session spawns its agent again and goes on in its own file', async (context) => {
  const stage = createStage(context);
  stage.record();
  const played = await playSession(sessionOf('resume-bear'), { home: stage.home });
  const notes = readNotes(stage.notes);
  assert.equal(played.sessions.length, 1);
  assert.equal(notes.filter((note) => note.event === 'agentSpawn').length, 3);
  assert.equal(notes.at(-1)?.lines, 12);
});

test('hooks that are installed midway run from the next start of the agent on', async (context) => {
  const stage = createStage(context);
  await playSession(sessionOf('installed-midway-swift'), { home: stage.home, calls: { install: () => stage.record() } });
  assert.deepEqual(eventsOf(readNotes(stage.notes)), ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop']);
});
