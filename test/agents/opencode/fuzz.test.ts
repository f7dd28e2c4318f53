/** Mutants of the fixtures' records, of OpenCode and of pi: whatever stands in them, facts that assemble, and never a failure. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Agent } from '#spoor/agents/agent.ts';
import { openCode } from '#spoor/agents/opencode/agent.ts';
import { toFacts } from '#spoor/agents/opencode/conversation.ts';
import { parseValues, sortMessages, type StoredMessage } from '#spoor/agents/opencode/stored.ts';
import { pi } from '#spoor/agents/pi/agent.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';
import { checkAssembly, checkFacts, checkProblems } from '../../fuzz/check-facts.ts';
import { mutateJson } from '../../fuzz/mutate-json.ts';
import { createRandom } from '../../fuzz/random.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'agents');
const RUNS = 600;

function readAll(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? readAll(join(folder, entry.name)) : [readFileSync(join(folder, entry.name), 'utf8')]));
}

function judge(agent: Agent, { facts, problems }: { facts: Fact[]; problems: Problem[] }, text: string): void {
  const faults = [...checkFacts(facts), ...checkProblems(problems)];
  for (const isOver of [true, false]) faults.push(...checkAssembly(assemble({ agent: agent.id, traits: agent.traits, facts, lookup: () => undefined, isExpired: () => isOver })));
  assert.deepEqual(faults, [], text);
}

test('records of OpenCode', () => {
  const storage = join(FIXTURES, 'opencode', 'storage', 'home', '.local', 'share', 'opencode', 'storage');
  const [messages, parts] = ['message', 'part'].map((kind) => readAll(join(storage, kind)));
  for (let seed = 0; seed < RUNS; seed++) {
    const random = createRandom(seed);
    const victim = random.pick([...(messages ?? []), ...(parts ?? [])]);
    const mutant = mutateJson(JSON.parse(victim), seed);
    const problems: Problem[] = [];
    const parse = (text: string): Record<string, unknown> | undefined => parseValues(text === victim ? mutant : text, 'x', problems);
    const told = (parts ?? []).flatMap((text): Record<string, unknown>[] => { const values = parse(text); return values ? [values] : []; });
    const stored = (messages ?? []).flatMap((text): StoredMessage[] => {
      const values = parse(text);
      return values?.sessionID === 'ses_aaaa0001' ? [{ id: String(values.id), values, parts: told.filter((part) => part.messageID === values.id).map((part) => ({ id: String(part.id), values: part })) }] : [];
    });
    const read = toFacts({ session: { sessionId: 'ses_aaaa0001', createdMillis: 1 }, messages: sortMessages(stored), problems, isComplete: true }, ['pond']);
    judge(openCode, { facts: read.facts, problems: [...problems, ...read.problems] }, mutant);
  }
});

test('lines of pi', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-fuzz-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [text = ''] = readAll(join(FIXTURES, 'pi', 'sessions', 'home'));
  const lines = text.trimEnd().split('\n');
  const path = join(folder, 'x_01a1.jsonl');
  for (let seed = 0; seed < RUNS; seed++) {
    const random = createRandom(seed);
    const victim = random.pick(lines);
    const mutant = mutateJson(JSON.parse(victim), seed);
    writeFileSync(path, `${lines.map((line) => (line === victim ? mutant : line)).join('\n')}\n`);
    const read = pi.history?.read({ sessionId: '01a1', files: [{ path, size: 1, modifiedMillis: 1, inode: 1 }], modifiedMillis: 1 }) ?? assert.fail();
    judge(pi, read, mutant);
  }
});

for (const [agent, name] of [[openCode, 'storage'], [pi, 'sessions']] as const) {
  test(`what the plugin tells of ${agent.title}`, () => {
    const payloads = readFileSync(join(FIXTURES, agent.id, name, 'payloads.jsonl'), 'utf8').trimEnd().split('\n');
    for (let seed = 0; seed < RUNS; seed++) {
      const random = createRandom(seed);
      const mutant = mutateJson(JSON.parse(random.pick(payloads)), seed);
      const { value: facts = [], problems } = agent.parsePayload({ agent: agent.id, key: 'k', payload: mutant, truncated: false, at: { unixNano: 1_790_000_100_000_000_000n, source: 'hook' }, order: 1, env: {} });
      judge(agent, { facts, problems }, mutant);
    }
  });
}
