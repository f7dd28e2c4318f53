import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AgentEnvironment, HistorySource } from '#spoor/agents/agent.ts';
import { codexHistory } from '#spoor/agents/codex/history.ts';
import { CHILD, HOME, PARENT } from './recorded.ts';

const EVENTS_HOME = join(HOME, '..', '..', 'events', 'home');
const BARE_HOME = join(HOME, '..', '..', 'bare', 'home');

function at(home: string, env: Record<string, string> = {}): AgentEnvironment {
  return { home, env, platform: 'linux' };
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-codex-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function found(home: string, from?: string): [string, HistorySource['parent']][] {
  const { sources, problems } = codexHistory.discover(at(home), from);
  assert.deepEqual(problems, []);
  return sources.map(({ sessionId, parent }): [string, HistorySource['parent']] => [sessionId, parent]).sort(([a], [b]) => (a < b ? -1 : 1));
}

test('every thread is found, with what it came out of', () => {
  assert.deepEqual(found(HOME), [[PARENT, undefined], [CHILD, { sessionId: PARENT, relation: 'subagent' }]]);
  const [original, fork] = found(EVENTS_HOME);
  assert.deepEqual(fork?.[1], { sessionId: original?.[0], relation: 'fork' });
  assert.equal(found(BARE_HOME).length, 2, 'archived ones too');
});

test('--from names a rollout, a folder, the sessions, a Codex home or a home folder', () => {
  const path = codexHistory.find(at(HOME), CHILD)?.files[0]?.path ?? '';
  assert.deepEqual(found('/nowhere', path), [[CHILD, { sessionId: PARENT, relation: 'subagent' }]]);
  for (const from of [dirname(path), join(HOME, '.codex', 'sessions'), join(HOME, '.codex'), HOME]) assert.equal(found('/nowhere', from).length, 2, from);
  assert.deepEqual(found('/nowhere', join(HOME, 'nothing')), []);
});

test('CODEX_HOME is where Codex looks; a relative one says nothing', () => {
  assert.equal(codexHistory.discover(at('/nowhere', { CODEX_HOME: join(HOME, '.codex') })).sources.length, 2);
  assert.equal(codexHistory.discover(at(HOME, { CODEX_HOME: 'here' })).sources.length, 2);
});

test('a thread is found by its id wherever its file stands: another day than its id says, or the archive', (t) => {
  const home = temporary(t);
  const source = codexHistory.find(at(HOME), PARENT);
  for (const folder of ['sessions/2019/01/02', 'archived_sessions']) {
    const path = join(home, '.codex', folder, `rollout-2026-09-01T08-00-00-${PARENT}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    cpSync(source?.files[0]?.path ?? '', path);
    assert.equal(codexHistory.find(at(home), PARENT)?.files[0]?.path, path);
    rmSync(path);
  }
});

test('children of a session are those whose files changed since', () => {
  assert.deepEqual(codexHistory.findChildren?.(at(HOME), PARENT, 0).map(({ sessionId }) => sessionId), [CHILD]);
  assert.deepEqual(codexHistory.findChildren?.(at(HOME), PARENT, Date.now() + 1e9), []);
  assert.deepEqual(codexHistory.findChildren?.(at(HOME), '../x', 0), []);
});

test('a first line longer than is read at once still tells the parent', (t) => {
  const home = temporary(t);
  const folder = join(home, '.codex', 'sessions', '2026', '09', '01');
  mkdirSync(folder, { recursive: true });
  const meta = (filler: object): string => JSON.stringify({ timestamp: '2026-09-01T08:00:00.000Z', type: 'session_meta', payload: { ...filler, id: CHILD, cwd: '/a/"parent_thread_id":"wrong"', parent_thread_id: PARENT, base_instructions: { text: 'x'.repeat(50_000) } } });
  for (const filler of [{}, { note: 'y'.repeat(10_000) }]) {
    writeFileSync(join(folder, `rollout-2026-09-01T08-00-00-${CHILD}.jsonl`), `${meta(filler)}\n`);
    assert.deepEqual(found(home), [[CHILD, { sessionId: PARENT, relation: 'subagent' }]]);
  }
});

test('a line that is being written is left for the next time; a file that has gone is no problem; an unreadable folder is one', (t) => {
  const home = temporary(t);
  cpSync(join(HOME, '.codex'), join(home, '.codex'), { recursive: true });
  const source = codexHistory.find(at(home), PARENT) as HistorySource;
  const whole = codexHistory.read(source);
  const path = source.files[0]?.path ?? '';
  appendFileSync(path, '{"timestamp":"2026-09-01T08:10:00.000Z","type":"event_msg","payl');
  assert.deepEqual(codexHistory.read(source), whole);
  appendFileSync(path, '\n{}\n');
  assert.deepEqual(codexHistory.read(source).problems.map(({ code }) => code), ['bad-json', 'unknown-record']);
  rmSync(path);
  assert.deepEqual(codexHistory.read(source).problems, []);
  assert.equal(codexHistory.read(source).hasRecords, false);
  writeFileSync(join(home, '.codex', 'archived_sessions'), 'a file');
  assert.deepEqual(codexHistory.discover(at(home)).problems, []);
  if (process.getuid?.() !== 0) {
    chmodSync(join(home, '.codex', 'sessions'), 0);
    assert.deepEqual(codexHistory.discover(at(home)).problems.map(({ code }) => code), ['unreadable-folder']);
    chmodSync(join(home, '.codex', 'sessions'), 0o700);
  }
});

test('U+2028 and U+0085 in a text end no line', (t) => {
  const home = temporary(t);
  cpSync(join(HOME, '.codex'), join(home, '.codex'), { recursive: true });
  const source = codexHistory.find(at(home), PARENT) as HistorySource;
  const path = source.files[0]?.path ?? '';
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('Four otters.', 'Four\u2028otters\u0085.'));
  const { facts, problems } = codexHistory.read(source);
  assert.deepEqual(problems, []);
  assert.ok(facts.some((fact) => fact.type === 'model.answered' && fact.text === 'Four\u2028otters\u0085.'));
});

test('whether a thread is written is known only of one whose lock is held', (t) => {
  const home = temporary(t);
  assert.equal(codexHistory.isRunning?.(at(home), PARENT), undefined);
  mkdirSync(join(home, '.codex', 'thread-writer-locks'), { recursive: true });
  writeFileSync(join(home, '.codex', 'thread-writer-locks', `${PARENT}.lock`), '');
  assert.equal(codexHistory.isRunning?.(at(home), PARENT), undefined, 'left behind');
  assert.equal(codexHistory.isRunning?.(at(home), '../../etc/passwd'), undefined);
});
