/**
 * The ways by which foreign data comes in, each fed with mutants: `run` makes one by its seed, parses it, assembles it with its good
 * neighbours and gives what is wrong. It throws where our code throws.
 */
import type { HookEvent } from '#spoor/agents/agent.ts';
import { kiro } from '#spoor/agents/kiro/agent.ts';
import { parsePayload } from '#spoor/agents/kiro/payload.ts';
import { parseConversation } from '#spoor/agents/kiro/v1/conversation.ts';
import { parseRecord } from '#spoor/agents/kiro/v2/records.ts';
import { parseSidecar, toSidecarFacts } from '#spoor/agents/kiro/v2/sidecar.ts';
import { createMessageReader } from '#spoor/agents/kiro/v3/messages.ts';
import { parseSessionFile, toModelSeen } from '#spoor/agents/kiro/v3/session-file.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { isTooDeep } from '#spoor/core/json.ts';
import type { Problem } from '#spoor/core/problem.ts';
import { checkAssembly, checkFacts, checkProblems } from './check-facts.ts';
import { isAbsorbed } from './absorbed.ts';
import { CLAUDE_LANES } from './claude-lanes.ts';
import { CHAT_LANES } from './chat-lanes.ts';
import { CURSOR_LANES } from './cursor-lanes.ts';
import { V2_RECORDS, V3_SUB_MESSAGES, v1Conversation, v2Sidecar, v3Messages, v3Session } from './history-samples.ts';
import { HOOK_SESSIONS } from './hook-samples.ts';
import { mutateJson } from './mutate-json.ts';
import { createRandom, type Random } from './random.ts';

export interface Outcome {
  /** The mutant's text. */
  text: string;
  /** Sentences; none: all is well. */
  faults: string[];
  /** It was understood, though perhaps not wholly. */
  isTaken: boolean;
}

export interface Lane {
  name: string;
  run(seed: number): Outcome;
}

const START_NANO = 1_778_051_289_000_000_000n;

function toEvent(payload: string, env: Record<string, string>, order: number): HookEvent {
  return { agent: 'kiro', key: `k${order}`, payload, truncated: false, at: { unixNano: START_NANO + BigInt(order) * 1_000_000_000n, source: 'hook', resolutionNano: 1000 }, order, env };
}

interface Read {
  facts: Fact[];
  problems: Problem[];
}

/** Facts, then with their neighbours: of a turn that is over, and of one that is still open. */
function judge(text: string, own: Read, others: readonly Fact[] = []): Outcome {
  const faults = [...checkFacts(own.facts), ...checkProblems(own.problems)];
  for (const isOver of faults.length > 0 ? [] : [true, false]) {
    const assembly = assemble({ agent: 'kiro', traits: kiro.traits, facts: [...own.facts, ...others], lookup: () => undefined, isExpired: () => isOver });
    faults.push(...checkAssembly(assembly));
  }
  if (own.facts.length === 0 && own.problems.length === 0 && !isAbsorbed(text)) faults.push('it vanished: no fact and no problem');
  return { text, faults, isTaken: own.facts.length > 0 };
}

const hooks: Lane = {
  name: 'hook payloads',
  run(seed) {
    const random = createRandom(seed);
    const session = random.pick(HOOK_SESSIONS);
    const wrong = random.below(session.length);
    const text = mutateJson(session[wrong]?.payload, seed + 1);
    const others = session.flatMap(({ payload, env }, order) => (order === wrong ? [] : (parsePayload(toEvent(JSON.stringify(payload), env, order)).value ?? [])));
    const { value: facts = [], problems } = parsePayload(toEvent(text, session[wrong]?.env ?? {}, wrong));
    return judge(text, { facts, problems }, others);
  },
};

const v2Records: Lane = {
  name: 'V2 records',
  run(seed) {
    const wrong = createRandom(seed).below(V2_RECORDS.length);
    const text = mutateJson(V2_RECORDS[wrong], seed + 1);
    const others = V2_RECORDS.flatMap((record, order) => (order === wrong ? [] : parseRecord(JSON.stringify(record), { sessionId: 's', order }).facts));
    return judge(text, parseRecord(text, { sessionId: 's', order: wrong }), [...others, ...readSidecar(JSON.stringify(v2Sidecar('s'))).facts]);
  },
};

function readSidecar(text: string): Read {
  const { value, problems } = parseSidecar(text);
  const told = value ? toSidecarFacts(value, 's') : { facts: [], problems: [] };
  return { facts: told.facts, problems: [...problems, ...told.problems] };
}

const v2Sidecars: Lane = {
  name: 'V2 sidecars',
  run(seed) {
    const text = mutateJson(v2Sidecar('s'), seed);
    return judge(text, readSidecar(text), V2_RECORDS.flatMap((record, order) => parseRecord(JSON.stringify(record), { sessionId: 's', order }).facts));
  },
};

const v1Conversations: Lane = {
  name: 'V1 conversations',
  run(seed) {
    const text = mutateJson(v1Conversation('s'), seed);
    const read = parseConversation(text, { sessionId: 's', cwd: '/home/ada/loom', createdMillis: 1_778_051_289_000, writtenMillis: 1_778_051_300_000 });
    const { faults, ...rest } = judge(text, read);
    return { ...rest, faults: [...faults, ...findLostEntries(text)] };
  },
};

/** Each request of a conversation, alone: it gives facts beside the session's, or a problem. */
function findLostEntries(text: string): string[] {
  const history = (parseJson(text) as { history?: unknown } | null)?.history;
  if (!Array.isArray(history)) return [];
  return history.filter((entry) => !isTooDeep(entry)).flatMap((entry: unknown, index) => {
    const { facts, problems } = parseConversation(JSON.stringify({ history: [entry] }), { sessionId: 's' });
    return facts.length <= 1 && problems.length === 0 ? [`request ${index} vanished: ${JSON.stringify(entry)?.slice(0, 300)}`] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All lines of a V3 session → what they came to. `wrong`: which of them is told apart. */
function readMessages(lines: readonly string[], sessionId: string, wrong: number): Read & { told: Problem[] } {
  const reader = createMessageReader(sessionId);
  const problems = lines.map((line, order) => reader.add(line, order));
  return { facts: reader.finish().facts, problems: problems.flat(), told: problems[wrong] ?? [] };
}

function v3Lane(name: string, pick: (random: Random) => { records: readonly object[]; sessionId: string; others: readonly Fact[] }): Lane {
  return {
    name,
    run(seed) {
      const random = createRandom(seed);
      const { records, sessionId, others } = pick(random);
      const wrong = random.below(records.length);
      const text = mutateJson(records[wrong], seed + 1);
      const read = readMessages(records.map((record, order) => (order === wrong ? text : JSON.stringify(record))), sessionId, wrong);
      const { faults, ...rest } = judge(text, read, others);
      if (read.told.length === 0 && !isAbsorbed(text)) faults.push('it vanished: no problem of a record that has no meaning');
      return { ...rest, isTaken: read.told.length === 0, faults };
    },
  };
}

const CHILD = 'sub-1';
const parentFacts = (): Fact[] => readMessages(v3Messages(CHILD).map((record) => JSON.stringify(record)), 'sess_1', 0).facts;
const childSeen: Fact = { agent: 'kiro', sessionId: CHILD, source: 'history', type: 'session.seen', key: `child:${CHILD}`, order: 0, parent: { sessionId: 'sess_1', relation: 'subagent' } };

const v3MessageLane = v3Lane('V3 messages', () => ({ records: v3Messages(CHILD), sessionId: 'sess_1', others: [childSeen] }));
const v3SubLane = v3Lane('V3 sub-executions', () => ({ records: V3_SUB_MESSAGES, sessionId: CHILD, others: [childSeen, ...parentFacts()] }));

const v3Sessions: Lane = {
  name: 'V3 session files',
  run(seed) {
    const text = mutateJson(v3Session('sess_1'), seed);
    const { value, problems } = parseSessionFile(text);
    const seen: Fact[] = value ? [{ agent: 'kiro', sessionId: 'sess_1', source: 'history', type: 'session.seen', key: 'session:sess_1', order: 0, title: value.title, cwd: value.cwd, model: value.model, agentName: value.agentName, startedAt: value.startedAt }, ...toModelSeen(value, 'sess_1', 'r1')] : [];
    return judge(text, { facts: seen, problems }, parentFacts());
  },
};

/** Every way in. */
export const LANES: readonly Lane[] = [hooks, v2Records, v2Sidecars, v1Conversations, v3MessageLane, v3SubLane, v3Sessions, ...CLAUDE_LANES, ...CHAT_LANES, ...CURSOR_LANES];
