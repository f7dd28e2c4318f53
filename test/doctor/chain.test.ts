/** The live probe: real hooks, a real collector, a real store; and that nothing of it stays. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { sweepProbes } from '#spoor/collector/sweep-probes.ts';
import { isLeftProbe, PROBE_PREFIX, toProbeId } from '#spoor/core/probe.ts';
import { listSpool } from '#spoor/spool/read-spool.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { waitFor } from '../support/hook-stage.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { assertNothingLeft, createDoctorHome } from './doctor-home.ts';

function readHooks(database: string): unknown[] {
  const store = openStore(database);
  try {
    return store.readHooksSeen();
  } finally {
    store.close();
  }
}

test('every link holds: the hook starts the collector, the destinations get one marked span each, and nothing stays', async (t) => {
  const stage = await createDoctorHome(t);
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  const file = join(stage.user, 'traces.jsonl');
  stage.configure(`userId: ada\nproject: work\ndestinations:\n  web: {url: "${backend.url}"}\n  disk: {path: "${file}"}\n`);
  const first = await stage.examine();
  assert.deepEqual(first.chain.filter(({ state }) => state !== 'ok'), []);
  assert.deepEqual(first.chain.map(({ link, subject }) => `${link} ${subject}`), ['hook kiro', 'spool kiro', 'collector kiro', 'store kiro', 'hook kiro', 'destination web', 'destination disk']);
  assert.ok(first.chain.every(({ durationMillis }) => typeof durationMillis === 'number'), 'every link is timed');
  assert.match(first.link('collector')?.seen ?? '', /which the hook started/);
  assert.deepEqual([first.code, first.ok], [0, true], first.text);
  const [span, ...others] = backend.spans();
  assert.equal(others.length, 0, 'one span a destination');
  assert.ok(String(span?.attributes['session.id'] ?? span?.attributes['gen_ai.conversation.id']).startsWith(PROBE_PREFIX));
  assert.equal(span?.attributes['user.id'], 'ada');
  assert.equal(span?.resource['openinference.project.name'], 'work');
  assert.deepEqual(backend.problems, []);
  assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 1);
  assertNothingLeft(stage);

  const second = await stage.examine();
  assert.equal(second.code, 0, second.text);
  assert.match(second.link('collector')?.seen ?? '', /which was running/);
  assertNothingLeft(stage);
  assert.deepEqual(JSON.parse((await stage.run(['sessions', '--json'])).out), { sessions: [] });
  assert.deepEqual(readHooks(stage.home.database), [], 'hooks that a doctor ran are no hooks of the agent');
  const status = JSON.parse((await stage.run(['status', '--json'])).out) as { store: { sessions: number }; problems: unknown[]; destinations: { waiting: number }[] };
  assert.deepEqual([status.store.sessions, status.problems, status.destinations.map(({ waiting }) => waiting)], [0, [], [0, 0]]);
  await stage.stopCollector();
  assert.equal(backend.spans().length, 2, 'the collector sent nothing of it');
});

test('people get the same in sentences, within the width of their terminal', async (t) => {
  const stage = await createDoctorHome(t);
  const { code, out, err } = await stage.run(['doctor'], { COLUMNS: '80' });
  assert.equal(code, 0, out + err);
  assert.match(out, /^the chain, tried live\n {2}✓ hook /);
  assert.match(out, /✓ store .* gone\s+again/s);
  assert.match(err, /^(All is well|The chain holds; .* deserves? a look \(!\))\.$/m);
  const wide = out.split('\n').filter((line) => line.length > 80 && !line.includes('→'));
  assert.deepEqual(wide, []);
});

test('nothing installed, no home: answers, no crash, and nothing is made', async (t) => {
  const bare = await createDoctorHome(t, { hooks: false });
  const report = await bare.examine();
  assert.deepEqual([report.code, report.ok], [1, false]);
  assert.deepEqual(report.chain, []);
  assert.deepEqual(report.findings.filter(({ state }) => state === 'broken').map(({ seen, next }) => [seen, next]), [['No agent is traced: Kiro is here without a hook of spoor', 'spoor install kiro']]);
  rmSync(join(bare.user, '.kiro'), { recursive: true });
  const empty = await bare.examine({ PATH: '/usr/bin:/bin' });
  assert.equal(empty.code, 1);
  assert.deepEqual(empty.chain, []);
  assert.match(empty.finding('hooks')?.seen ?? '', /No agent that spoor can trace was found here/);
  const homeless = await bare.run(['doctor'], { HOME: '', SPOOR_HOME: join(bare.user, 'elsewhere'), PATH: '/usr/bin:/bin' });
  assert.equal(homeless.code, 1);
  assert.doesNotMatch(homeless.err, /not expected/);
  assert.deepEqual(readdirSync(bare.user), ['bin']);
});

test('an agent that is here and was not installed is no fault, and is told once', async (t) => {
  const stage = await createDoctorHome(t);
  for (const folder of ['.gemini', '.qwen']) mkdirSync(join(stage.user, folder));
  const report = await stage.examine();
  assert.deepEqual([report.code, report.ok], [0, true]);
  const told = report.findings.filter(({ seen }) => /Gemini|Qwen|\.gemini|\.qwen/.test(seen));
  assert.deepEqual(told, [{ check: 'hooks', state: 'ok', seen: 'not traced: Gemini CLI, Qwen Code; to trace them too:', next: 'spoor install gemini qwen-code' }]);
  assert.deepEqual([...new Set(report.chain.map(({ subject }) => subject))], ['kiro']);
});

test('an installed agent whose hooks somebody took out is a fault, told once', async (t) => {
  const stage = await createDoctorHome(t);
  for (const path of [stage.agentFile, stage.hookFile]) stage.write(path, '{}\n');
  const report = await stage.examine();
  assert.deepEqual([report.code, report.findings.filter(({ state }) => state === 'broken').map(({ next }) => next)], [1, ['spoor install kiro']]);
});

test('a shim that cannot be run, or is gone: the spool stays empty, and installing again mends it', async (t) => {
  const stage = await createDoctorHome(t);
  const shim = join(stage.home.hooks, 'kiro');
  chmodSync(shim, 0o600);
  const locked = await stage.examine();
  assert.deepEqual([locked.code, locked.link('hook')?.state, locked.link('spool')?.state], [1, 'ok', 'broken']);
  assert.match(locked.link('spool')?.seen ?? '', /cannot be run \(EACCES\)/);
  assert.deepEqual([locked.finding('shim')?.state, locked.finding('shim')?.next], ['broken', 'spoor install kiro']);
  rmSync(`${shim}.sh`);
  const gone = await stage.examine();
  assert.match(gone.finding('shim')?.seen ?? '', /cannot be run|is not there/);
  rmSync(shim);
  assert.equal((await stage.run(['install', 'kiro', '--yes'])).code, 0);
  assert.equal((await stage.examine()).code, 0);
  assertNothingLeft(stage);
});

test('a hook that prints, fails or hangs is named for what it does to the agent', async (t) => {
  const stage = await createDoctorHome(t);
  const body = join(stage.home.hooks, 'kiro.sh');
  const text = stage.read(body);
  for (const [line, expected] of [['echo hello', /printed something.*hello/], ['exit 2', /left with 2/], ['sleep 60', /did not end within 3 s/], [`printf spoor-hook >'${join(stage.home.spool, 'kiro-')}'$$; sleep 60`, /did not end within 3 s/]] as const) {
    writeFileSync(body, text.replace('\n', () => `\n${line}\n`));
    const report = await stage.examine();
    assert.deepEqual([report.code, report.link('hook')?.state], [1, 'broken'], line);
    assert.match(report.link('hook')?.seen ?? '', expected);
  }
  writeFileSync(body, text);
  await stage.stopCollector();
  assertNothingLeft(stage);
});

test('tracing switched off in this shell: the variable is named', async (t) => {
  const stage = await createDoctorHome(t);
  const report = await stage.examine({ ARIZE_TRACE_ENABLED: 'false' });
  assert.equal(report.code, 1);
  assert.match(report.link('spool')?.seen ?? '', /^ARIZE_TRACE_ENABLED=false is set in this shell/);
  assert.equal(report.link('spool')?.next, 'unset ARIZE_TRACE_ENABLED');
  assert.equal(report.finding('enabled')?.state, 'attention');
  assert.equal((await stage.examine({ ARIZE_TRACE_ENABLED: 'false', SPOOR_TRACE_ENABLED: 'true' })).code, 0, 'our own variable wins');
});

test('no collector can be started: where it breaks and why, and the event goes again', async (t) => {
  const stage = await createDoctorHome(t);
  const script = join(stage.home.hooks, 'start-collector.sh');
  writeFileSync(script, stage.read(script).replace(/ entry=\S+/, ` entry='${stage.user}/gone.mjs'`));
  const report = await stage.examine();
  assert.deepEqual([report.code, report.link('spool')?.state, report.link('collector')?.state], [1, 'ok', 'broken']);
  assert.match(report.link('collector')?.seen ?? '', /No collector was started: .*gone\.mjs is not there/);
  assert.equal(report.link('collector')?.next, 'spoor install kiro');
  assertNothingLeft(stage);
});

test('a store that another process holds: the collector is named, and afterwards nothing is left', async (t) => {
  const stage = await createDoctorHome(t);
  // One that runs already, so that nothing hangs on how soon a process is there.
  const collector = stage.collect();
  await waitFor('the collector', () => readCollector(stage.home)?.alive === true && existsSync(stage.home.database));
  // It may be writing just now: it is waited for.
  const holder = new DatabaseSync(stage.home.database, { timeout: 20_000 });
  holder.exec('BEGIN IMMEDIATE');
  const report = await stage.examine();
  holder.exec('ROLLBACK');
  holder.close();
  assert.equal(report.code, 1);
  assert.deepEqual(report.link('collector')?.state, 'broken');
  assert.match(report.link('collector')?.seen ?? '', new RegExp(`Process ${collector.pid} is the collector and did not take the event within 8 s`));
  await stage.run(['collect', '--once']);
  assert.deepEqual(JSON.parse((await stage.run(['sessions', '--json'])).out), { sessions: [] });
});

test('a store that cannot be opened is one answer among the others', async (t) => {
  const stage = await createDoctorHome(t);
  writeFileSync(stage.home.database, 'this is no database, and it is long enough to be looked at as one. '.repeat(20));
  const report = await stage.examine();
  assert.equal(report.code, 1);
  assert.equal(report.finding('store')?.state, 'broken');
  assert.equal(report.finding('hooks')?.state, 'ok');
});

test('interrupted while it waits for a collector, it takes its event away and says so', async (t) => {
  const stage = await createDoctorHome(t);
  const script = join(stage.home.hooks, 'start-collector.sh');
  writeFileSync(script, 'exit 0\n');
  const doctor = stage.start();
  let err = '';
  doctor.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  await waitFor('the event in the spool', () => listSpool(stage.home).length > 0);
  doctor.kill('SIGINT');
  const [code] = (await once(doctor, 'close')) as [number];
  assert.equal(code, 1);
  assert.match(err, /Interrupted\. What the doctor made is deleted again\./);
  assertNothingLeft(stage);
});

test('what a doctor that was killed left is in no list, and goes with the next collector', async (t) => {
  const stage = await createDoctorHome(t);
  const store = openStore(stage.home.database);
  t.after(() => store.close());
  const now = Date.now();
  const [left, waited] = [toProbeId(now - 120_000, 'aa'), toProbeId(now, 'bb')];
  for (const sessionId of [left, waited]) {
    store.saveSession({ agent: 'kiro', sessionId });
    store.markDue('kiro', sessionId, now);
  }
  assert.deepEqual([store.listSessions({}).length, store.readTotals().sessions, store.readTotals('kiro').sessions], [0, 0, 0]);
  assert.equal(sweepProbes(store, now), 1);
  assert.deepEqual(store.findSessions(PROBE_PREFIX).map(({ sessionId }) => sessionId), [waited], 'one that is waited for stays');
  assert.deepEqual([store.isForgotten('kiro', left), store.readDue(now).length], [false, 1]);
  store.erase('kiro', waited);
  store.saveSession({ agent: 'kiro', sessionId: left });
  assert.equal((await stage.run(['collect', '--once'])).code, 0);
  assert.deepEqual(store.findSessions(PROBE_PREFIX), []);
});

test('only what a doctor made is taken for a probe', () => {
  assert.equal(isLeftProbe('spoor-doctor-1-x', 1_000_000), true);
  assert.equal(isLeftProbe(toProbeId(1_000_000, 'x'), 1_000_000), false);
  for (const id of ['', 'spoor-doctor-', 'spoor-doctor-x-1', '1-x', 'my-spoor-doctor-1-x']) assert.equal(isLeftProbe(id, 1_000_000), false, id);
});

test('an event of a person that mentions a probe is never taken away', async (t) => {
  const stage = await createDoctorHome(t);
  writeFileSync(join(stage.home.hooks, 'start-collector.sh'), 'exit 0\n');
  const payload = JSON.stringify({ hook_event_name: 'userPromptSubmit', session_id: 'a-session-of-mine', prompt: 'What is spoor-doctor-1-aa?', cwd: '/' });
  writeFileSync(join(stage.home.spool, 'kiro-999999'), ['spoor-hook 1', 'kiro', '999999', '', '', payload].join('\0'), { mode: 0o600 });
  await stage.examine();
  assert.deepEqual(listSpool(stage.home).map(({ name }) => name), ['kiro-999999']);
});
