/** The ways by which chats and hooks of Gemini CLI, Qwen Code, Copilot and Codex, and what plugins in OpenCode and pi tell, come in: their fixtures, one line of which is a mutant. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '#spoor/agents/agent.ts';
import { codex } from '#spoor/agents/codex/agent.ts';
import { createRolloutReader } from '#spoor/agents/codex/rollout.ts';
import { copilot } from '#spoor/agents/copilot/agent.ts';
import { createEventReader } from '#spoor/agents/copilot/events.ts';
import { joinRequests } from '#spoor/agents/copilot/otel-file.ts';
import { gemini } from '#spoor/agents/gemini/agent.ts';
import { createChatReader as createGeminiReader } from '#spoor/agents/gemini/records.ts';
import { openCode } from '#spoor/agents/opencode/agent.ts';
import { pi } from '#spoor/agents/pi/agent.ts';
import { qwenCode } from '#spoor/agents/qwen-code/agent.ts';
import { createChatReader as createQwenReader } from '#spoor/agents/qwen-code/records.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';
import { toRequestSpan } from '../support/copilot-telemetry.ts';
import { checkAssembly, checkFacts, checkProblems } from './check-facts.ts';
import type { Lane, Outcome } from './lanes.ts';
import { mutateJson } from './mutate-json.ts';
import { createRandom } from './random.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents');
const START_NANO = 1_778_051_289_000_000_000n;

interface Reader {
  add(text: string, order: number): Problem[];
  finish(): { facts: Fact[] };
}

const CASES: Readonly<Record<string, string>> = { codex: 'paginated', copilot: 'sessions', opencode: 'storage', pi: 'sessions' };

/** The folder of an agent's fixture. */
function fixtureOf({ id }: Agent): string {
  return join(FIXTURES, id, CASES[id] ?? 'chats');
}

/** The lines of every chat in an agent's fixture, file by file. */
function readChats(agent: Agent): string[][] {
  const files = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : entry.name.endsWith('.jsonl') ? [join(folder, entry.name)] : []));
  return files(join(fixtureOf(agent), 'home')).sort((a, b) => (a < b ? -1 : 1)).map(readLines);
}

function readLines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}

/** What it came to, of a turn that is over and of one that is still open. */
function judge(agent: Agent, text: string, read: { facts: Fact[]; problems: Problem[] }, isTaken: boolean): Outcome {
  const faults = [...checkFacts(read.facts), ...checkProblems(read.problems)];
  for (const isOver of faults.length > 0 ? [] : [true, false]) {
    faults.push(...checkAssembly(assemble({ agent: agent.id, traits: agent.traits, facts: read.facts, lookup: () => undefined, isExpired: () => isOver })));
  }
  return { text, faults, isTaken };
}

function chatLane(agent: Agent, createReader: () => Reader): Lane {
  const chats = readChats(agent);
  return {
    name: `${agent.title} chats`,
    run(seed) {
      const random = createRandom(seed);
      const chat = random.pick(chats);
      const wrong = random.below(chat.length);
      const text = mutateJson(JSON.parse(chat[wrong] ?? '{}'), seed + 1);
      const reader = createReader();
      const problems = chat.map((line, order) => reader.add(order === wrong ? text : line, order));
      return judge(agent, text, { facts: reader.finish().facts, problems: problems.flat() }, problems[wrong]?.length === 0);
    },
  };
}

function hookLane(agent: Agent): Lane {
  const payloads = readLines(join(fixtureOf(agent), 'payloads.jsonl'));
  return {
    name: `${agent.title} hooks`,
    run(seed) {
      const wrong = createRandom(seed).below(payloads.length);
      const text = mutateJson(JSON.parse(payloads[wrong] ?? '{}'), seed + 1);
      const read = payloads.map((payload, order) =>
        agent.parsePayload({ agent: agent.id, key: `k${order}`, payload: order === wrong ? text : payload, truncated: false, at: { unixNano: START_NANO + BigInt(order) * 1_000_000_000n, source: 'hook' }, order, env: { HOME: '/home/ann', PPID: '4711' } }));
      const own = read[wrong];
      const outcome = judge(agent, text, { facts: read.flatMap(({ value = [] }) => value), problems: read.flatMap(({ problems }) => problems) }, (own?.value?.length ?? 0) > 0);
      return own?.value || own?.problems.length ? outcome : { ...outcome, faults: [...outcome.faults, 'it vanished: no fact and no problem'] };
    },
  };
}

function createCopilotReader(): Reader {
  const reader = createEventReader('s');
  return { add: reader.add, finish: () => ({ facts: reader.finish() }) };
}

/** Requests of the agent's own telemetry beside a session's events: the answers to all of them, with one mutant. */
function telemetryLane(): Lane {
  const chats = readChats(copilot);
  return {
    name: `${copilot.title} telemetry`,
    run(seed) {
      const random = createRandom(seed);
      const reader = createCopilotReader();
      random.pick(chats).forEach((line, order) => reader.add(line, order));
      const { facts } = reader.finish();
      const answers = facts.flatMap((fact) => (fact.type === 'model.answered' && fact.responseId && fact.at ? [{ fact, endMillis: Number(fact.at.unixNano / 1_000_000n) }] : []));
      const wrong = random.below(answers.length);
      const spans = answers.map(({ fact, endMillis }) => toRequestSpan({ sessionId: 's', responseId: fact.responseId ?? '', startMillis: endMillis - 90, endMillis, interactionId: fact.turnKey }));
      const text = mutateJson(spans[wrong] ?? {}, seed + 1);
      joinRequests(facts, spans.map((span, index) => (index === wrong ? text : JSON.stringify(span))), 's');
      return judge(copilot, text, { facts, problems: [] }, answers[wrong]?.fact.told !== undefined);
    },
  };
}

export const CHAT_LANES: readonly Lane[] = [
  chatLane(gemini, () => createGeminiReader('s', { isSubagent: false })),
  chatLane(qwenCode, () => createQwenReader('s', { isSubagent: false, spawned: new Map() })),
  chatLane(copilot, createCopilotReader),
  chatLane(codex, () => createRolloutReader('s')),
  telemetryLane(),
  hookLane(gemini),
  hookLane(qwenCode),
  hookLane(copilot),
  hookLane(codex),
  hookLane(openCode),
  hookLane(pi),
];
