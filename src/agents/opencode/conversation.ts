/** One stored conversation → its facts. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { Outcome } from '../../core/span.ts';
import { earliestOf, NANOS_PER_MILLI, type Instant } from '../../core/time.ts';
import { asAmount, asRecord, asText, asUnixMillis } from '../untrusted.ts';
import { PREFIX, toName } from './names.ts';
import type { StoredConversation, StoredMessage, StoredSession } from './stored.ts';
import { isRefusal, parseToolPart, toToolRequest, toToolResult, toToolTimes, toUniqueId, type ToolPart } from './tools.ts';
import { readTurns, toPrompt, type AnswerReading, type TurnReading } from './turns.ts';
import { parseUsage, toBilling, toProvider } from './usage.ts';

/** All that 1.18 writes. */
const PART_TYPES = new Set(['text', 'reasoning', 'tool', 'step-start', 'step-finish', 'snapshot', 'patch', 'file', 'agent', 'subtask', 'retry', 'compaction']);

/** The session's facts, and what of it is not understood. `mcpServers`: names as they begin the names of their tools. */
export function toFacts({ session, messages }: StoredConversation, mcpServers: readonly string[]): { facts: Fact[]; problems: Problem[] } {
  const problems = countUnknown(messages);
  const turns = readTurns(messages, session, problems);
  const reading: Reading = { session, mcpServers };
  const facts: Fact[] = [toSessionSeen(session, turns)];
  turns.forEach((turn, index) => {
    const told = toTurnFacts(reading, turn, index === turns.length - 1).sort((a, b) => a.order - b.order);
    // A prompt may stand before the last answer to the one before it: a turn's facts stay together.
    for (const fact of told) facts.push({ ...fact, order: facts.length });
  });
  return { facts, problems };
}

interface Reading {
  session: StoredSession;
  mcpServers: readonly string[];
}

function countUnknown(messages: readonly StoredMessage[]): Problem[] {
  const counts = new Map<string, number>();
  for (const { parts } of messages) for (const { values } of parts) if (typeof values.type !== 'string' || !PART_TYPES.has(values.type)) counts.set(toName(values.type), (counts.get(toName(values.type)) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ code: 'unknown-record', detail: `part type ${name}`, count }));
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'order' | 'turnKey'> & { source: 'history' };

function baseOf({ session }: Reading, turn: TurnReading, order: number): Base {
  return { agent: 'opencode', sessionId: session.sessionId, source: 'history', order, ...(turn.prompt ? { turnKey: turn.prompt.id } : {}) };
}

function toInstant(unixNano: bigint | undefined): { at?: Instant } {
  return unixNano === undefined ? {} : { at: { unixNano, source: 'transcript', resolutionNano: Number(NANOS_PER_MILLI) } };
}

/** Until it has one, OpenCode calls a session by its kind and its time. */
const NO_TITLE = /^(?:New|Child) session - \d{4}-/;

function toSessionSeen({ sessionId, parentId, title, cwd, version, createdMillis }: StoredSession, turns: readonly TurnReading[]): Fact {
  const last = turns.findLast(({ answers }) => answers.length > 0)?.answers.at(-1)?.message.values;
  return {
    agent: 'opencode', sessionId, source: 'history', type: 'session.seen', key: `session:${sessionId}`, order: 0, cwd, agentVersion: version, startedAt: asUnixMillis(createdMillis), model: asText(last?.modelID),
    ...(title === undefined || NO_TITLE.test(title) ? {} : { title }),
    ...(parentId === undefined ? {} : { parent: { sessionId: parentId, relation: 'subagent' } }),
  };
}

function toTurnFacts(reading: Reading, turn: TurnReading, isLast: boolean): Fact[] {
  const facts: Fact[] = [];
  const { prompt } = turn;
  if (prompt) {
    const at = toInstant(asUnixMillis(asRecord(prompt.values.time)?.created));
    facts.push({ ...baseOf(reading, turn, turn.order), ...at, key: `turn:${prompt.id}`, type: 'turn.started', messageId: prompt.id, prompt: toPrompt(prompt), isEndTold: true, extra: turn.extra });
  }
  for (const { id, order, change, atMillis, attributes } of turn.changes) {
    facts.push({ ...baseOf(reading, turn, order), ...toInstant(asUnixMillis(atMillis)), key: `${change}:${id}`, type: 'context.changed', change, recordId: id, attributes });
  }
  for (const answer of turn.answers) facts.push(...toAnswerFacts(reading, turn, answer));
  const model = turn.answers.map(({ message }) => asText(message.values.modelID)).findLast((name) => name !== undefined);
  const first = prompt?.id ?? turn.answers[0]?.message.id;
  if (first !== undefined && model !== undefined) facts.push({ ...baseOf(reading, turn, turn.order), key: `model:${first}`, type: 'model.seen', messageId: first, model });
  const end = toTurnEnded(reading, turn, isLast);
  if (end) facts.push(end);
  return facts;
}

function toAnswerFacts(reading: Reading, turn: TurnReading, { id: messageId, message, order }: AnswerReading): Fact[] {
  const { id, values, parts } = message;
  const tools = uniqueTools(parts.flatMap((part) => (part.values.type === 'tool' ? (parseToolPart(part.values, id) ?? []) : [])));
  const base = baseOf(reading, turn, order);
  const usage = parseUsage(values.tokens);
  const finish = asText(values.finish);
  const outcome = toAnswerOutcome(message);
  const [startedAt, endedAt] = [asUnixMillis(asRecord(values.time)?.created), toAnswerEnd(message, tools)];
  const text = joinTexts(message, 'text');
  const reasoning = joinTexts(message, 'reasoning');
  const extra = toAnswerExtra(message);
  const usd = asAmount(values.cost);
  const answered: FactOf<'model.answered'> = {
    ...base, ...toInstant(startedAt), key: `answer:${messageId}`, type: 'model.answered', messageId, outcome, requestModel: asText(values.modelID), provider: toProvider(values.providerID), ...toBilling(values.providerID),
    callIds: tools.map((tool) => toUniqueId(id, tool.callId)), startedAt, endedAt,
    ...(outcome === 'error' ? { errorType: asText(asRecord(values.error)?.name) ?? 'api_error' } : {}),
    ...(usage ? { usage } : {}), ...(usd === undefined ? {} : { cost: { usd } }), ...(finish === undefined ? {} : { finishReasons: [finish] }),
    ...(text === undefined ? {} : { text }), ...(reasoning === undefined ? {} : { reasoning }), ...(extra ? { extra } : {}),
  };
  return [answered, ...tools.flatMap((tool) => toCallFacts(base, tool, { ...reading, messageId }))];
}

/** A provider that repeats an id in one answer gives one call: the last telling of it. */
function uniqueTools(tools: readonly ToolPart[]): ToolPart[] {
  return [...new Map(tools.map((tool) => [tool.callId, tool])).values()];
}

function toCallFacts(base: Base, tool: ToolPart, { mcpServers, messageId }: Reading & { messageId: string }): Fact[] {
  const request = toToolRequest(tool, mcpServers);
  const id = toUniqueId(tool.messageId, tool.callId);
  const { startedAt, endedAt } = toToolTimes(tool.state);
  const result = toToolResult(tool);
  const called: Fact = { ...base, ...toInstant(startedAt), key: `call:${id}`, type: 'tool.called', tool: request, messageId };
  return result ? [called, { ...base, ...toInstant(endedAt), key: `result:${id}`, type: 'tool.ended', callId: id, result }] : [called];
}

function joinTexts({ parts }: StoredMessage, type: 'text' | 'reasoning'): string | undefined {
  const texts = parts.flatMap(({ values }) => (values.type === type && values.synthetic !== true ? (asText(values.text) ?? []) : []));
  return texts.length > 0 ? texts.join('\n') : undefined;
}

/** `message.error` names what went wrong; a person's interruption is one of these. */
function toAnswerOutcome({ values }: StoredMessage): Outcome {
  const error = asRecord(values.error);
  if (error) return error.name === 'MessageAbortedError' ? 'cancelled' : 'error';
  return isDone(values) ? 'ok' : 'unknown';
}

function isDone(values: Record<string, unknown>): boolean {
  return asRecord(values.time)?.completed !== undefined || values.finish !== undefined;
}

/**
 * A message is completed when its tools are through. OpenCode starts each as soon as the model has asked for it: the answer ends for us where
 * the first begins, though the model may still speak.
 */
function toAnswerEnd({ values }: StoredMessage, tools: readonly ToolPart[]): bigint | undefined {
  return earliestOf(tools.map((tool) => toToolTimes(tool.state).startedAt)) ?? asUnixMillis(asRecord(values.time)?.completed);
}

function toAnswerExtra({ values }: StoredMessage): Attributes | undefined {
  const extra: Attributes = {};
  if (values.summary === true) extra[`${PREFIX}is_summary`] = true;
  return Object.keys(extra).length > 0 ? extra : undefined;
}

/** With these OpenCode asks the model again. */
const GOES_ON = new Set(['tool-calls', 'unknown']);

/** How the turn ended, as its last answer says; undefined where it may still run. */
function toTurnEnded(reading: Reading, turn: TurnReading, isLast: boolean): Fact | undefined {
  const last = turn.answers.at(-1)?.message;
  const first = turn.prompt?.id ?? turn.answers[0]?.message.id;
  if (first === undefined) return undefined;
  const outcome = last ? toAnswerOutcome(last) : 'unknown';
  const isOver = last !== undefined && (outcome === 'cancelled' || outcome === 'error' || isFinal(last));
  const isRefused = !isOver && last !== undefined && outcome === 'ok' && last.parts.some(({ values }) => isRefusal(values));
  if (!isOver && !isRefused && isLast && reading.session.parentId === undefined) return undefined;
  const error = asRecord(last?.values.error);
  const message = asText(asRecord(error?.data)?.message);
  const agentName = asText(turn.prompt?.values.agent) ?? asText(last?.values.agent) ?? asText(last?.values.mode);
  return {
    ...baseOf(reading, turn, turn.answers.at(-1)?.order ?? turn.order), type: 'turn.ended', key: `end:${first}`, reason: isOver || isRefused ? outcome : 'unknown',
    messageIds: [first, ...turn.answers.map((answer) => answer.id)], ...(agentName === undefined ? {} : { agentName }),
    startedAt: asUnixMillis(asRecord(turn.prompt?.values.time)?.created), endedAt: asUnixMillis(asRecord(last?.values.time)?.completed),
    ...(outcome === 'error' ? { errorType: asText(error?.name) ?? 'api_error', ...(message === undefined ? {} : { errorMessage: message }) } : {}),
    ...(!isOver && isLast ? { isTentative: true } : {}),
  };
}

function isFinal({ values }: StoredMessage): boolean {
  const finish = asText(values.finish);
  return finish !== undefined && !GOES_ON.has(finish) && asRecord(values.time)?.completed !== undefined;
}
