/** Every row of the table of troubles: what the doctor saw, and the command that mends it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '#spoor/config/log.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { playInProcesses } from '../stand-in/launch.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';
import type { SessionScript } from '../stand-in/script.ts';
import { createDoctorHome, type DoctorHome } from './doctor-home.ts';

type AgentJson = { hooks: Record<string, { command: string }[] | undefined> };

function edit(stage: DoctorHome, change: (agent: AgentJson) => void): void {
  const agent = JSON.parse(stage.read(stage.agentFile)) as AgentJson;
  change(agent);
  stage.write(stage.agentFile, JSON.stringify(agent, null, 2));
}

async function play(stage: DoctorHome, name: string): Promise<void> {
  const [script] = findScenario(name).sessions;
  await playInProcesses({ ...(script as SessionScript), agentName: 'mine' }, { home: stage.user, sessionEnvironment: {}, pace: 0 });
  assert.equal((await stage.run(['collect', '--once'])).code, 0);
}

test('hooks not firing: the events without our hook are named, and the command given mends them', async (t) => {
  const stage = await createDoctorHome(t);
  edit(stage, ({ hooks }) => {
    delete hooks.stop;
    hooks.preToolUse = [];
  });
  const broken = await stage.examine();
  const finding = broken.finding('hooks');
  assert.deepEqual([broken.code, finding?.state], [1, 'broken']);
  assert.match(finding?.seen ?? '', /mine\.json: it has no hook of spoor for preToolUse, stop$/);
  assert.equal(finding?.next, 'spoor install kiro --agent mine');
  assert.equal((await stage.run([...(finding?.next ?? '').split(' ').slice(1), '--yes'])).code, 0);
  const mended = await stage.examine();
  assert.deepEqual([mended.code, mended.finding('hooks')?.seen.includes('all 5 hooks')], [0, true]);
});

test('hooks not firing: the hook of another home is named and never run', async (t) => {
  const stage = await createDoctorHome(t);
  const other = join(stage.user, 'other', '.spoor');
  for (const path of [stage.agentFile, stage.hookFile]) stage.write(path, stage.read(path).replaceAll(stage.home.root, other));
  const shim = join(other, 'hooks', 'kiro');
  const trap = join(stage.user, 'sprung');
  mkdirSync(join(other, 'hooks'), { recursive: true });
  writeFileSync(shim, `#!/bin/sh\n: >'${trap}'\n`, { mode: 0o700 });
  const report = await stage.examine();
  assert.equal(report.code, 1);
  assert.match(report.link('hook')?.seen ?? '', /those of another home of spoor/);
  assert.match(report.finding('hooks')?.seen ?? '', /the hook of another home or version/);
  assert.throws(() => readFileSync(trap), 'it was not run');
});

test("hooks not firing: groups, a missing hook file, and kiro-cli's own word", async (t) => {
  const stage = await createDoctorHome(t);
  rmSync(stage.hookFile);
  edit(stage, (agent) => Object.assign(agent.hooks, { agentSpawn: [...(agent.hooks.agentSpawn ?? []), { hooks: [{ command: 'true' }] }] }));
  const grouped = await stage.examine();
  assert.match(grouped.finding('hooks')?.seen ?? '', /the hooks of agentSpawn stand in groups/);
  assert.ok(grouped.findings.some(({ check, seen }) => check === 'hooks' && /spoor\.json holds no hook of spoor/.test(seen)));
  edit(stage, (agent) => Object.assign(agent.hooks, { beforeEverything: [{ command: 'true' }] }));
  const refused = await stage.examine();
  assert.equal(refused.finding('agent-file')?.state, 'broken');
  assert.match(refused.finding('agent-file')?.seen ?? '', /refuses .*mine\.json \(exit 1\): error: unknown variant beforeEverything/);
  const unasked = await stage.examine({ PATH: '/usr/bin:/bin' });
  assert.deepEqual([unasked.finding('agent-file')?.state, /not on the PATH/.test(unasked.finding('agent-file')?.seen ?? '')], ['unknown', true]);
});

test('wrong agent in use: the default agent is not the traced one', async (t) => {
  const stage = await createDoctorHome(t);
  const settings = join(stage.user, '.kiro', 'settings', 'cli.json');
  assert.equal((await stage.examine()).finding('default-agent')?.state, 'ok');
  stage.write(join(stage.user, '.kiro', 'agents', 'other.json'), '{"name": "other"}\n');
  stage.write(settings, '{"chat.defaultAgent": "other"}\n');
  const other = (await stage.examine()).finding('default-agent');
  assert.equal(other?.state, 'attention');
  assert.match(other?.seen ?? '', /Kiro uses "other" by default, which has no hook of spoor; traced is "mine"/);
  assert.match(other?.next ?? '', /kiro-cli chat --agent mine, or always: spoor install kiro$/);
  rmSync(settings);
  const built = (await stage.examine()).finding('default-agent');
  assert.match(built?.seen ?? '', /built-in agent/);
  assert.match(built?.next ?? '', /spoor install kiro --set-default$/);
});

test('wrong agent in use: sessions since the installation that no hook told of, by their agent', async (t) => {
  const stage = await createDoctorHome(t);
  assert.equal((await stage.examine()).finding('wrong-agent')?.state, 'ok');
  await play(stage, 'serial-otter');
  const traced = await stage.examine();
  assert.match(traced.finding('wrong-agent')?.seen ?? '', /hooks told of the newest 1 session of Kiro/);
  assert.match(traced.finding('last-hook')?.seen ?? '', /the last hook of Kiro was heard \d+ s ago, in the session/);
  stage.write(join(stage.user, '.kiro', 'agents', 'bare.json'), '{"name": "bare", "tools": ["*"]}\n');
  const [script] = findScenario('skill-marten').sessions;
  await playInProcesses({ ...(script as SessionScript), agentName: 'bare' }, { home: stage.user, sessionEnvironment: {}, pace: 0 });
  const finding = (await stage.examine()).finding('wrong-agent');
  assert.equal(finding?.state, 'attention');
  assert.match(finding?.seen ?? '', /No hook told of 1 of the newest 2 sessions of Kiro since the installation: 1 under the agent "bare"/);
});

test('model and cost, tools: whole where both sides told, and otherwise the session is named', async (t) => {
  const stage = await createDoctorHome(t);
  await play(stage, 'serial-otter');
  const whole = await stage.examine();
  assert.deepEqual(['model-and-cost', 'tools'].map((check) => whole.finding(check)?.state), ['ok', 'ok'], whole.text);
  const store = openStore(stage.home.database);
  t.after(() => store.close());
  const [session] = store.listSessions({});
  const sessionId = session?.sessionId ?? '';
  const turns = store.readTurns('kiro', [sessionId]);
  const spans = store.readSpans('kiro', sessionId);
  const first = turns.find(({ turnIndex }) => turnIndex === 0);
  assert.ok(first);
  // As a sidecar that never came, and a call whose hooks were killed, leave it.
  store.saveTurn({ ...first, hasEnd: false, digest: 'without' }, spans.filter((span) => span.turnIndex === 0).map((span) => {
    const { turnCredits: _turn, credits: _own, ...values } = span.values;
    return { ...span, values, keys: span.kind === 'tool' ? span.keys.filter((key) => !key.startsWith('hook:')) : span.keys };
  }));
  const lacking = await stage.examine();
  assert.match(lacking.finding('model-and-cost')?.seen ?? '', /1 turn of the newest traced session lacks model or cost; first turn 1 of .*, its cost: the history never told this turn's end/);
  assert.equal(lacking.finding('model-and-cost')?.next, `spoor doctor ${sessionId}`);
  assert.match(lacking.finding('tools')?.seen ?? '', /Only one side told of 2 tool calls/);
  const { code, out } = await stage.run(['doctor', sessionId]);
  assert.equal(code, 0);
  assert.match(out, /^turn prompt starts ends stop history its end {2}model/m);
  assert.match(out, /^cost {5}the history never told this turn's end.* \(turn 1\)$/m);
  assert.equal((await stage.run(['show', sessionId, '--coverage'])).out, out);
  assert.equal((await stage.run(['show', '--coverage', '--turn', '1'])).code, 2);
  assert.equal((await stage.run(['doctor', 'nobody'])).code, 1);
});

test('config: none, wrong, and what waits; project and user with where they come from', async (t) => {
  const stage = await createDoctorHome(t);
  const none = await stage.examine();
  assert.deepEqual([none.finding('config')?.state, none.finding('config')?.next], ['ok', 'spoor install --to URL']);
  assert.match(none.finding('user')?.seen ?? '', /no user id is set/);
  const url = `file://${stage.user}`;
  stage.configure(`userId: ada\nproject: work\ncolour: blue\ndestinations:\n  a: {path: a.jsonl}\n  b: {path: b.jsonl, project: own}\n  c: {url: "${url}"}\n`);
  const report = await stage.examine();
  const wrong = report.findings.filter(({ check, state }) => check === 'config' && state === 'broken');
  assert.equal(wrong.length, 2);
  assert.match(wrong[0]?.seen ?? '', /config\.yaml:3: unknown key "colour"/);
  assert.equal(wrong[0]?.next, `mend ${stage.home.configFile}`);
  assert.equal(report.code, 1);
  const projects = report.findings.filter(({ check }) => check === 'project').map(({ seen }) => seen);
  assert.match(projects[0] ?? '', /^a: traces belong to the project "work" \("project" of config\.yaml\)/);
  assert.match(projects[1] ?? '', /^b: traces belong to the project "own" \(its own "project" in config\.yaml\)/);
  assert.match(report.finding('user')?.seen ?? '', /"ada" \("userId" of config\.yaml\)/);
  stage.configure('userId: ada\ndestinations:\n  a: {path: a.jsonl}\n');
  const shell = await stage.examine({ SPOOR_PROJECT: 'shell', SPOOR_USER_ID: 'bob' });
  assert.match(shell.finding('project')?.seen ?? '', /"shell" \(from a variable of this shell\)/);
  assert.match(shell.finding('user')?.seen ?? '', /"bob" \(from a variable of this shell\)/);
  assert.match((await stage.examine()).finding('project')?.seen ?? '', /no project is named \(the default\)/);
});

test('what waits, was refused, was not understood, was set aside, or went wrong in the log', async (t) => {
  const stage = await createDoctorHome(t);
  await play(stage, 'serial-otter');
  stage.configure('destinations:\n  a: {path: a.jsonl}\n');
  await stage.stopCollector();
  const store = openStore(stage.home.database);
  t.after(() => store.close());
  const [session] = store.listSessions({});
  const ids = store.readSpans('kiro', session?.sessionId ?? '').map(({ spanId }) => spanId);
  const outbox = createOutbox(store.database);
  outbox.addDestination({ name: 'a', fingerprint: 'file:a' }, 0);
  outbox.enqueue(ids, 'a', 0);
  outbox.markSetAside(outbox.take('a', 1, 1).map(({ id }) => id), 'too odd');
  outbox.saveBackoff('a', { failures: 3, nextAttemptMillis: Date.now() + 3_600_000, error: 'the disk is full' });
  store.addProblems('kiro', [{ code: 'unknown-record', detail: 'of a new kind' }]);
  createLog(stage.home, { name: 'spoor', verbose: false }).error('a: the disk is full');
  mkdirSync(join(stage.home.spool, 'set-aside'));
  writeFileSync(join(stage.home.spool, 'set-aside', 'kiro-1'), 'x');
  // No hook runs on, and so no collector that would deliver what waits.
  const report = await stage.examine({ SPOOR_TRACE_ENABLED: 'false' });
  const delivery = report.findings.filter(({ check }) => check === 'delivery').map(({ seen }) => seen);
  assert.match(delivery[0] ?? '', /^a refused 1 span for good: the disk is full$/);
  assert.match(delivery[1] ?? '', /spans wait for a: the disk is full$/);
  assert.match(report.finding('problems')?.seen ?? '', /1 record of kiro: unknown-record \(of a new kind\)/);
  assert.match(report.finding('spool')?.seen ?? '', /1 hook call could not be read and stands in .*set-aside for a week/);
  assert.match(report.finding('log')?.seen ?? '', /The last error, \d+ s ago: a: the disk is full/);
  assert.equal(report.finding('log')?.next, 'spoor logs spoor');
});

test('switches of this shell', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  const plain = await stage.examine();
  assert.deepEqual([plain.finding('dry-run')?.next, plain.finding('verbose')?.next], ['export SPOOR_DRY_RUN=true', 'export SPOOR_VERBOSE=true']);
  const set = await stage.examine({ ARIZE_DRY_RUN: '1', ARIZE_VERBOSE: 'true', OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'none' });
  assert.equal(set.finding('enabled')?.next, 'unset OTEL_SDK_DISABLED');
  assert.match(set.finding('dry-run')?.seen ?? '', /^ARIZE_DRY_RUN is set in this shell/);
  assert.ok(set.findings.some(({ seen }) => seen.startsWith('OTEL_TRACES_EXPORTER=none')));
  assert.deepEqual([set.finding('verbose')?.state, set.finding('verbose')?.next], ['ok', 'spoor logs --follow']);
});

test('a full queue is a fault: nobody else would say that what comes stays at home', async (t) => {
  const stage = await createDoctorHome(t);
  const store = openStore(stage.home.database);
  const outbox = createOutbox(store.database);
  outbox.addDestination({ name: 'small', fingerprint: 'http://127.0.0.1:1' }, Date.now());
  outbox.hold(new Map([['a'.repeat(32), 5]]), 'small', Date.now());
  store.close();
  const finding = (await stage.examine()).findings.find(({ seen }) => seen.includes('is full'));
  assert.equal(finding?.state, 'broken');
  assert.match(finding.seen, /^the queue of small is full since .*: 5 spans stay in the store and are put in when it takes spans again/);
});
