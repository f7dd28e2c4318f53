/** A model's answers and the results of the calls that they ask for. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import type { Instant } from '../../core/time.ts';
import { asDurationMillis, asList, asRecord, asText, asUnixMillis } from '../untrusted.ts';
import { PREFIX } from './names.ts';
import { baseOf, turnFor, type AnswerReading, type Entry, type SessionReading, type TurnReading, type Values } from './reading.ts';
import { toNestedResult, toToolRequest, toToolResult } from './tools.ts';
import { parseCost, parseUsage, toBilling, toProvider } from './usage.ts';

/** The provider's id of a call may come again in another session; with its answer's it is one of all. */
function toUniqueId(answer: Entry, callId: string): string {
  return `${answer.key}/${callId}`;
}

/** What the model said, and what it asked for. */
export function addAnswer(reading: SessionReading, entry: Entry, message: Values): void {
  const turn = turnFor(reading, entry);
  reading.turnOf.set(entry.id, turn);
  const stopReason = asText(message.stopReason);
  const responseId = asText(message.responseId);
  const startedAt = asUnixMillis(message.timestamp);
  // After an abort pi writes an answer that it never asked for.
  if (stopReason === 'aborted' && responseId === undefined && message.durationMs === 0) {
    turn.abortedAt = startedAt ?? entry.at?.unixNano;
    return;
  }
  const calls = asList(message.content).flatMap((block) => {
    const values = asRecord(block);
    const [id, name] = [asText(values?.id), asText(values?.name)];
    return values?.type === 'toolCall' && id !== undefined && name !== undefined ? [{ id, name, input: values.arguments }] : [];
  });
  const unique = [...new Map(calls.map((call) => [call.id, call])).values()];
  const duration = asDurationMillis(message.durationMs);
  const endedAt = startedAt !== undefined && duration !== undefined ? startedAt + duration : entry.at?.unixNano;
  const answer: AnswerReading = {
    entry, stopReason, errorMessage: asText(message.errorMessage), isTimed: duration !== undefined, requests: new Map(unique.map(({ id, name, input }) => [id, toToolRequest(name, input, { callId: toUniqueId(entry, id), nativeCallId: id })])),
    fact: {
      ...baseOf(turn, entry), key: `answer:${entry.key}`, type: 'model.answered', messageId: entry.key, responseId: responseId ?? entry.id, callIds: unique.map(({ id }) => toUniqueId(entry, id)),
      startedAt, endedAt, provider: toProvider(message.provider), requestModel: asText(message.model), ...toSaid(message), ...parseCost(message.usage), ...toBilling(message.provider), ...toVerdict(message, stopReason),
    },
  };
  turn.answers.push(answer);
  turn.abortedAt = undefined;
  turn.endedAt = endedAt;
  turn.facts.push(answer.fact);
  for (const [id, tool] of answer.requests) {
    turn.facts.push({ ...baseOf(turn, entry), key: `call:${toUniqueId(entry, id)}`, type: 'tool.called', messageId: entry.key, tool });
    reading.askedBy.set(id, answer);
  }
  if (unique.length > 0 && stopReason !== 'aborted' && stopReason !== 'error') reading.running.add(entry.id);
}

function toVerdict(message: Values, stopReason: string | undefined): { outcome: Outcome; errorType?: string; finishReasons?: string[] } {
  const finish = asText(message.rawStopReason) ?? stopReason;
  const finishReasons = finish === undefined ? {} : { finishReasons: [finish] };
  if (stopReason === 'aborted') return { outcome: 'cancelled', ...finishReasons };
  return stopReason === 'error' ? { outcome: 'error', errorType: 'api_error', ...finishReasons } : { outcome: 'ok', ...finishReasons };
}

function toSaid(message: Values): Pick<FactOf<'model.answered'>, 'text' | 'reasoning' | 'usage' | 'responseModel' | 'extra'> {
  const blocks = asList(message.content).map((block) => asRecord(block) ?? {});
  const join = (type: string, field: string): string | undefined => asText(blocks.flatMap((block) => (block.type === type ? (asText(block[field]) ?? []) : [])).join('\n'));
  const [text, reasoning, responseModel] = [join('text', 'text'), join('thinking', 'thinking'), asText(message.responseModel)];
  const usage = parseUsage(message.usage);
  const extra: Attributes = {};
  const level = asText(message.thinkingLevel);
  if (level !== undefined) extra[`${PREFIX}thinking_level`] = level;
  return {
    ...(text === undefined ? {} : { text }), ...(reasoning === undefined ? {} : { reasoning }), ...(responseModel === undefined ? {} : { responseModel }),
    ...(usage ? { usage } : {}), ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** A call's verdict. Those of one answer are written together: when one ended is its beginning and its own measure, or, alone, when it was written. */
export function addToolResult(reading: SessionReading, entry: Entry, message: Values): void {
  const turn = turnFor(reading, entry);
  reading.turnOf.set(entry.id, turn);
  reading.running.add(entry.id);
  const nativeId = asText(message.toolCallId);
  const asked = nativeId === undefined ? undefined : reading.askedBy.get(nativeId);
  if (nativeId === undefined || !asked) return;
  const callId = toUniqueId(asked.entry, nativeId);
  const result = toToolResult(message, asked.isTimed);
  // The call's name has no room for what is neither letter nor digit: the result names both as they are.
  if (result.mcpTool !== undefined) Object.assign(asked.requests.get(nativeId) ?? {}, { mcpServer: result.mcpServer, mcpTool: result.mcpTool });
  const begun = asked.fact.endedAt;
  const written = asked.requests.size === 1 ? (asUnixMillis(message.timestamp) ?? entry.at?.unixNano) : undefined;
  const endedAt = begun !== undefined && result.durationNano !== undefined ? begun + result.durationNano : written;
  const base = { ...baseOf(turn, entry), at: endedAt === undefined ? undefined : { unixNano: endedAt, source: 'transcript' as const, resolutionNano: 1e6 } };
  turn.facts.push({ ...base, key: `result:${callId}`, type: 'tool.ended', callId, result });
  turn.endedAt = entry.at?.unixNano ?? turn.endedAt;
  turn.facts.push(...toNestedFacts(turn, { entry, asked, message }));
}

/** Calls that a call made: pi lists them with its result. When each ran is not told: none before the call that made it. */
function toNestedFacts(turn: TurnReading, { entry, asked, message }: { entry: Entry; asked: AnswerReading; message: Values }): Fact[] {
  return asList(asRecord(message.nestedCalls)?.calls).flatMap((listed): Fact[] => {
    const call = asRecord(listed);
    const [id, name] = [asText(call?.id), asText(call?.name)];
    if (!call || id === undefined || name === undefined) return [];
    const callId = toUniqueId(asked.entry, id);
    const base = baseOf(turn, entry);
    const result = toNestedResult(call);
    const begun = asked.fact.endedAt;
    const [at, endedAt] = [begun, begun === undefined ? undefined : begun + (result.durationNano ?? 0n)].map((unixNano): Instant | undefined => (unixNano === undefined ? undefined : { unixNano, source: 'estimated', resolutionNano: 1e6 }));
    return [
      { ...base, at, key: `call:${callId}`, type: 'tool.called', messageId: asked.entry.key, tool: toToolRequest(name, call.arguments, { callId, nativeCallId: id }) },
      { ...base, at: endedAt, key: `result:${callId}`, type: 'tool.ended', callId, result },
    ];
  });
}
