/** A history that grows while it is followed: what was read on, line by line or torn anywhere, is what a whole reading gives. */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AgentEnvironment, HistoryReading, HistorySource } from '#spoor/agents/agent.ts';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import { createHistoryReader, type HistoryReader } from '#spoor/collector/history-cache.ts';
import { scrubFact, scrubFactBy } from '#spoor/collector/scrub-fact.ts';
import { toJson } from '#spoor/core/json.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents', 'claude-code');
const NOW = 1_800_000_000_000;
const SECRET = `sk-ant-${'a1B2'.repeat(24)}`;

interface Stage {
  path: string;
  source(): HistorySource;
  whole(): string;
  follow(): string;
  /** How often the whole of it was read. */
  wholeReadings(): number;
}

/** A transcript of this name, empty at first. */
function openStage(t: { after(work: () => void): void }, sessionId = 'grows'): Stage {
  const home = mkdtempSync(join(tmpdir(), 'spoor-grown-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, '.claude', 'projects', '-work-shop');
  cpSync(join(FIXTURES, 'turns', 'home', '.claude', 'projects', '-work-shop'), folder, { recursive: true });
  const path = join(folder, `${sessionId}.jsonl`);
  writeFileSync(path, '');
  const environment: AgentEnvironment = { home, env: {}, platform: 'linux' };
  let readings = 0;
  const { history } = claudeCode;
  assert.ok(history);
  const counted = { ...claudeCode, history: { ...history, read: (source: HistorySource, options?: { isKept?: boolean }): HistoryReading => (readings++, history.read(source, options)) } };
  let nowMillis = NOW;
  const kept: HistoryReader = createHistoryReader({ scrub: scrubFactBy, keep: true, nowMillis: () => (nowMillis += 60_000) });
  const source = (): HistorySource => history.find(environment, sessionId) ?? assert.fail('it is there');
  return {
    path, source,
    whole: () => toJson(history.read(source()).facts.map((fact) => scrubFact(fact))),
    follow: () => toJson(kept(counted, source()).facts),
    wholeReadings: () => readings,
  };
}

const TRANSCRIPTS = ['turns', 'lives', 'asides', 'subagents'].flatMap((name) => {
  const folder = join(FIXTURES, name, 'home', '.claude', 'projects', '-work-shop');
  const ids = { turns: ['11111111-1111-4111-8111-111111111111'], lives: ['33333333-3333-4333-8333-333333333333', '44444444-4444-4444-8444-444444444444', '55555555-5555-4555-8555-555555555555'], asides: ['66666666-6666-4666-8666-666666666666'], subagents: ['22222222-2222-4222-8222-222222222222'] }[name] ?? [];
  return ids.map((id) => readFileSync(join(folder, `${id}.jsonl`)));
});

test('line by line: the same facts as a whole reading, and the whole is read once', (t) => {
  for (const [number, bytes] of TRANSCRIPTS.entries()) {
    const stage = openStage(t, `grows-${number}`);
    const lines = bytes.toString('utf8').split('\n').filter((line) => line !== '');
    for (const line of lines) {
      appendFileSync(stage.path, `${line}\n`);
      assert.equal(stage.follow(), stage.whole());
    }
    assert.equal(stage.wholeReadings(), 1, `transcript ${number}`);
  }
});

test('torn anywhere, also within a sign of several bytes', () => {
  fc.assert(fc.property(fc.constantFrom(...TRANSCRIPTS), fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (bytes, cuts) => {
    const cleanups: (() => void)[] = [];
    const stage = openStage({ after: (work) => void cleanups.push(work) });
    try {
      const places = [...new Set([...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
      let from = 0;
      for (const to of places) {
        appendFileSync(stage.path, bytes.subarray(from, to));
        from = to;
        assert.equal(stage.follow(), stage.whole(), `after ${to} of ${bytes.length} bytes`);
      }
    } finally {
      for (const cleanup of cleanups) cleanup();
    }
  }), { numRuns: 60 });
});

test('a file that is cut, written anew in its place, or another one of its name, is read whole', (t) => {
  const stage = openStage(t);
  const [first = Buffer.alloc(0)] = TRANSCRIPTS;
  const lines = first.toString('utf8').trimEnd().split('\n');
  const write = (count: number): void => writeFileSync(stage.path, `${lines.slice(0, count).join('\n')}\n`);
  write(lines.length - 1);
  stage.follow();
  write(2);
  assert.equal(stage.follow(), stage.whole(), 'shorter');
  const rewritten = lines.map((line, at) => (at === 1 ? line.replace(/"uuid":"(.)/, '"uuid":"z$1') : line));
  writeFileSync(stage.path, `${rewritten.join('\n')}\n`);
  assert.equal(stage.follow(), stage.whole(), 'other lines in its place');
  const { ino } = statSync(stage.path);
  writeFileSync(`${stage.path}.new`, `${lines.join('\n')}\n${lines[0]}\n`);
  renameSync(`${stage.path}.new`, stage.path);
  assert.notEqual(statSync(stage.path).ino, ino);
  assert.equal(stage.follow(), stage.whole(), 'another file');
  assert.equal(stage.wholeReadings(), 4);
});

test('what could not be used is not gone on with: a subagent whose note is torn while its transcript grows', (t) => {
  const stage = openStage(t);
  const folder = join(stage.path, '..', '11111111-1111-4111-8111-111111111111', 'subagents');
  mkdirSync(folder, { recursive: true });
  const [path, note] = [join(folder, 'agent-abc.jsonl'), join(folder, 'agent-abc.meta.json')];
  const environment: AgentEnvironment = { home: join(stage.path, '..', '..', '..', '..'), env: {}, platform: 'linux' };
  const { history } = claudeCode;
  const kept = createHistoryReader({ scrub: scrubFactBy, keep: true, nowMillis: () => NOW });
  const source = (): HistorySource => history?.find(environment, 'abc') ?? assert.fail('it is there');
  const lines = (TRANSCRIPTS[0] ?? Buffer.alloc(0)).toString('utf8').trimEnd().split('\n');
  writeFileSync(note, '{"agentType":"Explore"}');
  appendFileSync(path, `${lines[0]}\n`);
  assert.equal(source().files.length, 2, 'with its note');
  assert.equal(kept(claudeCode, source()).state, 'complete');
  writeFileSync(note, '{"agentT');
  // Lines without an id of their own have their number for one.
  appendFileSync(path, `${lines.slice(1, 4).map((line) => line.replace('"uuid":', '"other":')).join('\n')}\n`);
  assert.equal(kept(claudeCode, source()).state, 'stale');
  writeFileSync(note, '{"agentType":"Explore"}');
  appendFileSync(path, `${lines.slice(4).join('\n')}\n`);
  const told = kept(claudeCode, source());
  assert.equal(told.state, 'complete');
  assert.equal(toJson(told.facts), toJson(history?.read(source()).facts.map((fact) => scrubFact(fact))));
});

test('an answer that grows by its lines is scrubbed again, and what was scrubbed stays scrubbed', (t) => {
  const stage = openStage(t);
  const line = (text: string, uuid: string): string => `${JSON.stringify({ type: 'assistant', uuid, sessionId: 'grows', timestamp: '2026-01-02T03:04:05.000Z', message: { id: 'msg_1', model: 'm', role: 'assistant', content: [{ type: 'text', text }], usage: { output_tokens: 3 } } })}\n`;
  appendFileSync(stage.path, line(`it is ${SECRET}, and that is long enough to be remembered as a text`, 'u1'));
  assert.equal(stage.follow(), stage.whole());
  appendFileSync(stage.path, line(`again ${SECRET}`, 'u2'));
  const told = stage.follow();
  assert.equal(told, stage.whole());
  assert.match(told, /\[redacted:/);
  assert.ok(!told.includes(SECRET));
  assert.equal(stage.wholeReadings(), 1);
});
