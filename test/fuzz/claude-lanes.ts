/** The ways by which transcripts and hooks of Claude Code come in: its fixtures, one line of which is a mutant. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import { createTranscriptReader } from '#spoor/agents/claude-code/transcript.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';
import { checkAssembly, checkFacts, checkProblems } from './check-facts.ts';
import type { Lane, Outcome } from './lanes.ts';
import { mutateJson } from './mutate-json.ts';
import { createRandom } from './random.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents', 'claude-code');
const START_NANO = 1_778_051_289_000_000_000n;

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}

/** File by file: a session's own lines, or a subagent's. */
const TRANSCRIPTS = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.jsonl') && path.includes('projects'))
  .sort()
  .map((path) => ({ lines: linesOf(join(FIXTURES, path)), isSubagent: path.includes('subagents') }));
const PAYLOADS = linesOf(join(FIXTURES, 'turns', 'payloads.jsonl'));

/** What it came to, of turns that are over and of those that are still open. */
function judge(text: string, read: { facts: Fact[]; problems: Problem[] }, isTaken: boolean): Outcome {
  const faults = [...checkFacts(read.facts), ...checkProblems(read.problems)];
  for (const isOver of faults.length > 0 ? [] : [true, false]) {
    faults.push(...checkAssembly(assemble({ agent: 'claude-code', traits: claudeCode.traits, facts: read.facts, lookup: () => undefined, isExpired: () => isOver })));
  }
  return { text, faults, isTaken };
}

const transcripts: Lane = {
  name: 'Claude Code transcripts',
  run(seed) {
    const random = createRandom(seed);
    const { lines, isSubagent } = random.pick(TRANSCRIPTS);
    const wrong = random.below(lines.length);
    const text = mutateJson(JSON.parse(lines[wrong] ?? '{}'), seed + 1);
    const reader = createTranscriptReader('s', { isSubagent });
    const problems = lines.map((line, order) => reader.add(order === wrong ? text : line, order));
    return judge(text, { facts: reader.finish().facts, problems: problems.flat() }, problems[wrong]?.length === 0);
  },
};

const hooks: Lane = {
  name: 'Claude Code hooks',
  run(seed) {
    const wrong = createRandom(seed).below(PAYLOADS.length);
    const text = mutateJson(JSON.parse(PAYLOADS[wrong] ?? '{}'), seed + 1);
    const read = PAYLOADS.map((payload, order) =>
      claudeCode.parsePayload({ agent: 'claude-code', key: `k${order}`, payload: order === wrong ? text : payload, truncated: false, at: { unixNano: START_NANO + BigInt(order) * 1_000_000_000n, source: 'hook' }, order, env: { HOME: '/home/ann', PPID: '4711' } }));
    const own = read[wrong];
    const outcome = judge(text, { facts: read.flatMap(({ value = [] }) => value), problems: read.flatMap(({ problems }) => problems) }, (own?.value?.length ?? 0) > 0);
    return own?.value || own?.problems.length ? outcome : { ...outcome, faults: [...outcome.faults, 'it vanished: no fact and no problem'] };
  },
};

export const CLAUDE_LANES: readonly Lane[] = [transcripts, hooks];
