/** The ways by which Cursor's hooks, bubbles, chat messages and transcripts come in: a good session of each, one record of which is a mutant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cursor } from '#spoor/agents/cursor/agent.ts';
import { createMessageReader } from '#spoor/agents/cursor/cli/messages.ts';
import { parseConversation } from '#spoor/agents/cursor/ide/conversation.ts';
import { createTranscriptReader } from '#spoor/agents/cursor/transcript-lines.ts';
import { toFacts } from '#spoor/agents/cursor/turn-facts.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import { isTooDeep } from '#spoor/core/json.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';
import { chat, toParent } from '../agents/cursor/sample-sessions.ts';
import { checkAssembly, checkFacts, checkProblems } from './check-facts.ts';
import type { Lane, Outcome } from './lanes.ts';
import { mutateJson } from './mutate-json.ts';
import { createRandom } from './random.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'agents', 'cursor', 'transcripts');
const START_NANO = 1_778_051_289_000_000_000n;

function judge(text: string, read: { facts: Fact[]; problems: Problem[] }, isTaken: boolean): Outcome {
  const faults = [...checkFacts(read.facts), ...checkProblems(read.problems)];
  for (const isOver of faults.length > 0 ? [] : [true, false]) faults.push(...checkAssembly(assemble({ agent: 'cursor', traits: cursor.traits, facts: read.facts, lookup: () => undefined, isExpired: () => isOver })));
  return { text, faults, isTaken };
}

function readLines(path: string): string[] {
  return readFileSync(join(FIXTURE, path), 'utf8').split('\n').filter(Boolean);
}

const payloads = readLines('payloads.jsonl');

const hooks: Lane = {
  name: 'Cursor hooks',
  run(seed) {
    const wrong = createRandom(seed).below(payloads.length);
    const text = mutateJson(JSON.parse(payloads[wrong] ?? '{}'), seed + 1);
    const read = payloads.map((payload, order) => cursor.parsePayload({ agent: 'cursor', key: `k${order}`, payload: order === wrong ? text : payload, truncated: false, at: { unixNano: START_NANO + BigInt(order) * 1_000_000_000n, source: 'hook' }, order, env: { HOME: '/home/ann', PPID: '4711' } }));
    const own = read[wrong];
    const outcome = judge(text, { facts: read.flatMap(({ value = [] }) => value), problems: read.flatMap(({ problems }) => problems) }, (own?.value?.length ?? 0) > 0);
    return own?.value || own?.problems.length ? outcome : { ...outcome, faults: [...outcome.faults, 'it vanished: no fact and no problem'] };
  },
};

const sample = toParent();
const bubbles = sample.bubbles.flatMap((bubble) => (bubble ? [bubble] : []));
const row = { ...sample.composer, fullConversationHeadersOnly: bubbles.map(({ id, type }) => ({ bubbleId: id, type })) };

/** The row of the conversation, or one of its bubbles. */
const conversations: Lane = {
  name: 'Cursor conversations',
  run(seed) {
    const wrong = createRandom(seed).below(bubbles.length + 3);
    const text = mutateJson(bubbles[wrong] ?? row, seed + 1);
    const texts = new Map(bubbles.map((bubble, index) => [bubble.id, index === wrong ? text : JSON.stringify(bubble)]));
    const problems: Problem[] = [];
    const stored = {
      text: wrong < bubbles.length ? JSON.stringify(row) : text,
      readBubbles: (ids: readonly string[], onBubble: (id: string, bubble: string | undefined) => void): void => ids.forEach((id) => texts.has(id) && onBubble(id, texts.get(id))),
      readAll: (onBubble: (id: string, bubble: string | undefined) => void): void => texts.forEach((bubble, id) => onBubble(id, bubble)),
    };
    const session = parseConversation({ sessionId: 's' }, stored, (told) => problems.push(...told));
    const outcome = judge(text, { facts: session ? toFacts(session) : [], problems }, problems.length === 0);
    return session || problems.length > 0 ? outcome : { ...outcome, faults: [...outcome.faults, 'it vanished: no session and no problem'] };
  },
};

const messages: Lane = {
  name: 'Cursor chat messages',
  run(seed) {
    const wrong = createRandom(seed).below(chat.messages.length);
    const text = mutateJson(chat.messages[wrong], seed + 1);
    const reader = createMessageReader({ sessionId: 's', meta: { lastUsedModel: 'composer-1', createdAt: 1_790_000_000_000 }, beside: {}, modifiedMillis: 1_790_000_100_000 });
    const problems = chat.messages.map((message, index) => addMessage(reader, index, index === wrong ? text : JSON.stringify(message)));
    return judge(text, { facts: toFacts(reader.finish()), problems: problems.flat() }, problems[wrong]?.length === 0);
  },
};

/** What no object is, or nests too deep, is told before a message is looked at. */
function addMessage(reader: ReturnType<typeof createMessageReader>, index: number, text: string): Problem[] {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value) && !isTooDeep(value)) return reader.add(`m${index}`, value as Record<string, unknown>);
  } catch {
    // Told below.
  }
  return [{ code: 'bad-json', detail: 'a message' }];
}

const PARENT = '0a1b2c3d-0001-4000-8000-00000000c001';
const lines = readLines(`home/.cursor/projects/home-ann-pond/agent-transcripts/${PARENT}/${PARENT}.jsonl`);

const transcripts: Lane = {
  name: 'Cursor transcripts',
  run(seed) {
    const wrong = createRandom(seed).below(lines.length);
    const text = mutateJson(JSON.parse(lines[wrong] ?? '{}'), seed + 1);
    const reader = createTranscriptReader({ sessionId: 's', modifiedMillis: 1_790_000_100_000 });
    const problems = lines.map((line, order) => reader.add(order === wrong ? text : line, order));
    return judge(text, { facts: toFacts(reader.finish()), problems: problems.flat() }, problems[wrong]?.length === 0);
  },
};

export const CURSOR_LANES: readonly Lane[] = [hooks, conversations, messages, transcripts];
