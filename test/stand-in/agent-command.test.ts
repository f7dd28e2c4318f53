/** The stand-in's executable: agents, settings, and sessions in processes of their own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKiroCli, playInProcesses } from './launch.ts';
import { isMatch } from './matcher.ts';
import { readNotes } from './recorder.ts';
import { findScenario } from './scenarios/index.ts';
import { createStage, type Stage } from './stage.ts';

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function kiroCli(stage: Stage, args: string[], env: Record<string, string> = {}): Ran {
  const path = createKiroCli(join(stage.home, 'bin'));
  const ran = spawnSync(path, args, { env: { PATH: process.env.PATH, HOME: stage.home, ...env }, cwd: stage.home, encoding: 'utf8' });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

test('agent create clones the built-in one, never twice, and needs to be told an editor', (context) => {
  const stage = createStage(context);
  const path = join(stage.kiroHome, 'agents', 'odd-stoat.json');
  assert.equal(kiroCli(stage, ['agent', 'create', 'odd-stoat', '--from', 'kiro_default']).code, 1);
  assert.ok(!existsSync(path));
  assert.equal(kiroCli(stage, ['agent', 'create', 'odd-stoat', '--from', 'kiro_default'], { EDITOR: 'true' }).code, 0);
  const agent = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual([agent.name, agent.tools], ['odd-stoat', ['*']]);
  assert.equal(kiroCli(stage, ['agent', 'create', 'odd-stoat'], { EDITOR: 'true' }).code, 1);
});

test('set-default wants an agent that is there; list shows it; settings can take it back', (context) => {
  const stage = createStage(context);
  assert.equal(kiroCli(stage, ['agent', 'set-default', 'odd-stoat']).code, 1);
  kiroCli(stage, ['agent', 'create', 'odd-stoat'], { VISUAL: 'true' });
  assert.equal(kiroCli(stage, ['agent', 'set-default', 'odd-stoat']).code, 0);
  assert.match(kiroCli(stage, ['agent', 'list']).out, /^\* odd-stoat /m);
  assert.equal(kiroCli(stage, ['settings', 'chat.defaultAgent']).out, '"odd-stoat"\n');
  assert.equal(kiroCli(stage, ['settings', '--delete', 'chat.defaultAgent']).code, 0);
  assert.match(kiroCli(stage, ['agent', 'list']).out, /^\* kiro_default /m);
});

test('validate refuses unknown events and broken JSON, and lets nested hooks pass as the real one does', (context) => {
  const stage = createStage(context);
  const path = join(stage.home, 'agent.json');
  const validate = (text: string): number | null => {
    writeFileSync(path, text);
    return kiroCli(stage, ['agent', 'validate', '--path', path]).code;
  };
  assert.equal(validate('{"tools":["*"],"hooks":{"stop":[{"command":"true"}]}}'), 0);
  assert.equal(validate('{"hooks":{"sessionEnd":[{"command":"true"}]}}'), 1);
  assert.equal(validate('{"hooks":'), 1);
  assert.equal(validate('{"hooks":{"stop":[{"matcher":"*","hooks":[]}]}}'), 0);
});

test('KIRO_HOME moves agents and sessions', async (context) => {
  const stage = createStage(context);
  const elsewhere = join(stage.home, 'elsewhere');
  mkdirSync(elsewhere);
  kiroCli(stage, ['agent', 'create', 'odd-stoat'], { EDITOR: 'true', KIRO_HOME: elsewhere });
  assert.ok(existsSync(join(elsewhere, 'agents', 'odd-stoat.json')));
  const session = findScenario('new-chat-stork').sessions[0];
  assert.ok(session);
  const played = await playInProcesses(session, { home: stage.home, sessionEnvironment: { PATH: process.env.PATH, KIRO_HOME: elsewhere } });
  assert.ok(played.sessions.every((one) => one.jsonl.startsWith(elsewhere) && existsSync(one.jsonl)));
});

test('a session in three processes is one session with a lock of each', async (context) => {
  const stage = createStage(context);
  stage.record();
  const session = findScenario('resume-bear').sessions[0];
  assert.ok(session);
  const played = await playInProcesses(session, { home: stage.home });
  assert.equal(played.sessions.length, 1);
  assert.equal(played.sessions[0]?.turns.length, 3);
  const sidecar = JSON.parse(readFileSync(played.sessions[0]?.sidecar ?? '', 'utf8'));
  const metadatas: { message_ids: string[] }[] = sidecar.session_state.conversation_metadata.user_turn_metadatas;
  assert.equal(new Set(metadatas.flatMap((metadata) => metadata.message_ids)).size, 12, 'no id twice');
  assert.equal(readNotes(stage.notes).filter((note) => note.event === 'stop').length, 3);
});

test('matchers mean what Kiro means by them', () => {
  const [shell, mcp] = [{ name: 'shell' }, { name: 'x', mcp: { server: 'odd-den', tool: 'list_cubs' } }];
  const means = (matcher: string | undefined): boolean[] => [isMatch(matcher, shell), isMatch(matcher, mcp)];
  assert.deepEqual([undefined, '*'].map(means), [[true, true], [true, true]]);
  assert.deepEqual(['@builtin', 'shell', 'execute_bash', 'sh*'].map(means), Array(4).fill([true, false]));
  assert.deepEqual(['@odd-den', '@odd-den/list_cubs', '@odd-den/list_*'].map(means), Array(3).fill([false, true]));
  assert.deepEqual(['read', '@other', '@odd-den/feed'].map(means), Array(3).fill([false, false]));
});
