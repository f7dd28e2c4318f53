import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { claudeCodeHistory } from '#spoor/agents/claude-code/history.ts';
import type { AgentEnvironment, HistorySource } from '#spoor/agents/agent.ts';

const PROJECT = '.claude/projects/-w';

interface Stage {
  home: string;
  environment: AgentEnvironment;
  put(path: string, lines: readonly object[]): void;
  sources(from?: string): (readonly [string, string | undefined])[];
}

function createStage(t: TestContext, env: Record<string, string> = {}): Stage {
  const home = mkdtempSync(join(tmpdir(), 'spoor-claude-history-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const environment: AgentEnvironment = { home, env, platform: 'linux' };
  return {
    home, environment,
    put(path, lines) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    sources: (from) => claudeCodeHistory.discover(environment, from).sources.map(({ sessionId, parent }) => [sessionId, parent && `${parent.relation} of ${parent.sessionId}`] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

const line = (uuid: string, timestamp: string, more: object = {}): object => ({ type: 'user', uuid, timestamp, sessionId: 'x', message: { role: 'user', content: uuid }, ...more });
const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;

test('sessions, their subagents and those of workflows; old ones among the sessions; links and strange names are looked at and left', (t) => {
  const stage = createStage(t);
  stage.put(`${PROJECT}/s1.jsonl`, [line('a', at(1))]);
  stage.put(`${PROJECT}/s1/subagents/agent-c1.jsonl`, [line('b', at(1))]);
  stage.put(`${PROJECT}/s1/subagents/workflows/wf_1/agent-c2.jsonl`, [line('c', at(1))]);
  stage.put(`${PROJECT}/agent-c3.jsonl`, [line('d', at(1), { sessionId: 's1' })]);
  stage.put(`${PROJECT}/s1/tool-results/x.jsonl`, [line('e', at(1))]);
  stage.put(`${PROJECT}/we ird.jsonl`, [line('f', at(1))]);
  const all = [['c1', 'subagent of s1'], ['c2', 'subagent of s1'], ['c3', 'subagent of s1'], ['s1', undefined]];
  assert.deepEqual(stage.sources(), all);
  for (const from of ['', '.claude', '.claude/projects', PROJECT]) assert.deepEqual(stage.sources(join(stage.home, from)), all, from);
  assert.deepEqual(stage.sources(join(stage.home, PROJECT, 's1.jsonl')), all, 'a session comes with its subagents');
  assert.deepEqual(stage.sources(join(stage.home, PROJECT, 's1')), all);
  for (const id of ['c1', 'c2', 'c3', 's1']) assert.equal(claudeCodeHistory.find(stage.environment, id)?.sessionId, id);
  assert.deepEqual(claudeCodeHistory.findChildren?.(stage.environment, 's1', 0).map(({ sessionId }) => sessionId), ['c1', 'c2']);
  assert.deepEqual(claudeCodeHistory.findChildren?.(stage.environment, 's1', Date.now() + 60_000), []);
});

test('a fork begins with the records of its origin: the one that was written on last is the youngest; a named origin counts first', (t) => {
  const stage = createStage(t);
  stage.put(`${PROJECT}/young.jsonl`, [line('a', at(1)), line('z', at(30))]);
  stage.put(`${PROJECT}/old.jsonl`, [line('a', at(1)), line('b', at(2))]);
  stage.put(`${PROJECT}/middle.jsonl`, [line('a', at(1)), line('c', at(9))]);
  stage.put(`${PROJECT}/named.jsonl`, [line('a', at(1), { forkedFrom: { sessionId: 'old', messageUuid: 'a' } }), line('y', at(40))]);
  stage.put(`${PROJECT}/other.jsonl`, [line('q', at(1))]);
  assert.deepEqual(stage.sources(), [['middle', 'fork of old'], ['named', 'fork of old'], ['old', undefined], ['other', undefined], ['young', 'fork of middle']]);
  assert.deepEqual(claudeCodeHistory.find(stage.environment, 'young')?.parent, { sessionId: 'middle', relation: 'fork' });
});

test('CLAUDE_CONFIG_DIR replaces the usual folder; a relative one is none', (t) => {
  const stage = createStage(t);
  const named = { ...stage.environment, env: { CLAUDE_CONFIG_DIR: join(stage.home, 'own') } };
  stage.put('own/projects/-w/s1.jsonl', [line('a', at(1))]);
  stage.put('.config/claude/projects/-w/s2.jsonl', [line('b', at(1))]);
  assert.deepEqual(claudeCodeHistory.discover(named).sources.map(({ sessionId }) => sessionId), ['s1']);
  assert.deepEqual(claudeCodeHistory.discover({ ...stage.environment, env: { CLAUDE_CONFIG_DIR: 'own' } }).sources.map(({ sessionId }) => sessionId), ['s2']);
});

test('a line that is being written is left for later; a file that has gone gives nothing; a broken meta file is a problem', (t) => {
  const stage = createStage(t);
  const path = `${PROJECT}/s1.jsonl`;
  stage.put(path, [line('a', at(1))]);
  appendFileSync(join(stage.home, path), '{"type":"assistant","mess');
  const source = claudeCodeHistory.find(stage.environment, 's1') as HistorySource;
  const torn = claudeCodeHistory.read(source);
  assert.deepEqual([torn.problems, torn.isComplete, torn.hasRecords], [[], true, true]);
  unlinkSync(join(stage.home, path));
  const gone = claudeCodeHistory.read(source);
  assert.deepEqual([gone.problems, gone.hasRecords], [[], false]);
  stage.put(`${PROJECT}/s2/subagents/agent-c1.jsonl`, [line('b', at(1))]);
  writeFileSync(join(stage.home, PROJECT, 's2/subagents/agent-c1.meta.json'), '{"toolUse');
  const child = claudeCodeHistory.read(claudeCodeHistory.find(stage.environment, 'c1') as HistorySource);
  assert.deepEqual([child.problems.map(({ code }) => code), child.isComplete], [['bad-json'], false]);
});

test('a Claude Code that runs names its session in a file of its process', (t) => {
  const stage = createStage(t);
  stage.put('.claude/sessions/1.json', []);
  writeFileSync(join(stage.home, '.claude/sessions', `${process.pid}.json`), JSON.stringify({ pid: process.pid, sessionId: 's1' }));
  assert.equal(claudeCodeHistory.isRunning?.(stage.environment, 's1'), true);
  assert.equal(claudeCodeHistory.isRunning?.(stage.environment, 's2'), undefined);
});

test('newest first, by the newest of its files', (t) => {
  const stage = createStage(t);
  for (const [id, time] of [['s1', 100], ['s2', 300], ['s3', 200]] as const) {
    stage.put(`${PROJECT}/${id}.jsonl`, [line(id, at(1))]);
    utimesSync(join(stage.home, PROJECT, `${id}.jsonl`), time, time);
  }
  assert.deepEqual(claudeCodeHistory.discover(stage.environment).sources.map(({ sessionId }) => sessionId), ['s2', 's3', 's1']);
});

test('a session that went on in another folder is read where it was written last', (t) => {
  const stage = createStage(t);
  for (const [project, time] of [['-a', 100], ['-b', 300], ['-c', 200]] as const) {
    stage.put(`.claude/projects/${project}/s1.jsonl`, [line('a', at(1))]);
    utimesSync(join(stage.home, '.claude/projects', project, 's1.jsonl'), time, time);
  }
  const newest = join(stage.home, '.claude/projects/-b/s1.jsonl');
  assert.deepEqual(claudeCodeHistory.discover(stage.environment).sources.map(({ files }) => files[0]?.path), [newest]);
  assert.equal(claudeCodeHistory.find(stage.environment, 's1')?.files[0]?.path, newest);
});

test('a session that went on in another folder is read out of both files, whether the newer repeats the older or not', (t) => {
  const stage = createStage(t);
  const touch = (path: string, minute: number): void => utimesSync(join(stage.home, path), minute * 60, minute * 60);
  const prompts = (): unknown[] => {
    const { sources } = claudeCodeHistory.discover(stage.environment);
    assert.equal(sources.length, 1);
    assert.deepEqual(claudeCodeHistory.find(stage.environment, 's1'), sources[0]);
    return claudeCodeHistory.read(sources[0] as HistorySource).facts.flatMap((fact) => (fact.type === 'turn.started' ? [[fact.prompt, fact.order]] : []));
  };
  stage.put('.claude/projects/-a/s1.jsonl', [line('a', at(1)), line('b', at(2))]);
  stage.put('.claude/projects/-b/s1.jsonl', [line('c', at(3))]);
  touch('.claude/projects/-a/s1.jsonl', 1);
  touch('.claude/projects/-b/s1.jsonl', 2);
  assert.deepEqual(prompts(), [['a', 0], ['b', 1], ['c', 2]]);
  stage.put('.claude/projects/-b/s1.jsonl', [line('a', at(1)), line('b', at(2)), line('c', at(3))]);
  assert.deepEqual(prompts(), [['a', 0], ['b', 1], ['c', 4]]);
});

test('a fork in another folder is one of its origin, too', (t) => {
  const stage = createStage(t);
  stage.put('.claude/projects/-a/s1.jsonl', [line('a', at(1))]);
  stage.put('.claude/projects/-b/s2.jsonl', [line('a', at(1)), line('b', at(2))]);
  assert.deepEqual(stage.sources(), [['s1', undefined], ['s2', 'fork of s1']]);
});

test('what is watched while a session goes on: its folder, and those where its subagents come, as soon as they are there', (t) => {
  const stage = createStage(t);
  const watched = (id: string): string[] => {
    const source = claudeCodeHistory.find(stage.environment, id);
    return source ? (claudeCodeHistory.watchPaths?.(source) ?? []).map((path) => path.slice(stage.home.length + 1)) : assert.fail();
  };
  stage.put(`${PROJECT}/s1.jsonl`, [line('a', at(1))]);
  assert.deepEqual(watched('s1'), [PROJECT]);
  stage.put(`${PROJECT}/s1/subagents/agent-c1.jsonl`, [line('b', at(1))]);
  assert.deepEqual([watched('s1'), watched('c1')], [[PROJECT, `${PROJECT}/s1`, `${PROJECT}/s1/subagents`], [`${PROJECT}/s1/subagents`]]);
});
