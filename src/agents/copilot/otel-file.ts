/**
 * The file that Copilot CLI 1.0 writes its own telemetry to where `COPILOT_OTEL_FILE_EXPORTER_PATH` names one. It is no OTLP: a span or a
 * metric a line, `{type: "span", name, startTime: [seconds, nanoseconds], endTime, attributes: {}, …}`. Of it the requests to models count: they
 * have the clocks that the events lack, and in versions without `session.usage_record` the tokens. Joined by the response's id; a request that
 * the events do not tell of is none of a turn's.
 */
import { isAbsolute } from 'node:path';
import type { Fact, FactOf } from '../../core/fact.ts';
import { isTooDeep } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { isMoment, NANOS_PER_SECOND } from '../../core/time.ts';
import type { Usage } from '../../core/usage.ts';
import { GEN_AI } from '../../semconv/names.ts';
import type { AgentEnvironment, FileStamp, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { asAmount, asCount, asDurationMillis, asList, asNumber, asRecord, asText } from '../untrusted.ts';
import { readRequestLines } from './telemetry-index.ts';

/** Copilot 1.0.102 keeps it from its hooks, as all of its settings for telemetry: then only who imports from a shell that has it set has the file. */
export const TELEMETRY_VARIABLE = 'COPILOT_OTEL_FILE_EXPORTER_PATH';

/** Between the path of the file and the session, in the stamp of a session's part of it. */
const MARK = '#otel-file#';
/** Spans are written within a second or two of a session's last event: a file that grows later grows for others. */
const SETTLED_MILLIS = 60_000;
/** An answer is written down within this of its request's end, even if it came in pieces. Providers of one's own may number anew in each process. */
const FARTHEST_NANO = 60n * NANOS_PER_SECOND;

type Answer = FactOf<'model.answered'>;

/** Whether this is the stamp of a session's part of the file. */
export function isTelemetryStamp({ path }: FileStamp, sessionId: string): boolean {
  return path.endsWith(`${MARK}${sessionId}`);
}

/**
 * Puts the file beside a session's own. Its stamp changes with the file only as long as the session may be what it grows by, so that not every
 * session is read again whenever one goes on.
 */
export function stampTelemetry({ env }: AgentEnvironment): (source: HistorySource) => HistorySource {
  const path = env[TELEMETRY_VARIABLE];
  if (!path || !isAbsolute(path)) return (source) => source;
  const file = stampOf(path);
  return (source) => {
    const isSettled = file !== undefined && file.modifiedMillis > source.modifiedMillis + SETTLED_MILLIS;
    const state = file && !isSettled ? { modifiedMillis: file.modifiedMillis, inode: file.inode } : { modifiedMillis: 0, inode: 0 };
    return { ...source, files: [...source.files, { path: `${path}${MARK}${source.sessionId}`, size: 0, ...state }] };
  };
}

/** Fills in what the file tells of the answers among a session's facts. `stamp`: what `stampTelemetry` put beside it. */
export function addTelemetry(facts: readonly Fact[], stamp: FileStamp, sessionId: string): Problem[] {
  const { lines, problems } = readRequestLines(stamp.path.slice(0, -(MARK.length + sessionId.length)), sessionId);
  joinRequests(facts, lines, sessionId);
  return problems;
}

/** The same of lines, each of which may be anything. Never throws. */
export function joinRequests(facts: readonly Fact[], lines: readonly string[], sessionId: string): void {
  const requests = new Map<string, Request[]>();
  for (const line of lines) {
    const request = parseRequest(line, sessionId);
    if (request) requests.set(request.responseId, [...(requests.get(request.responseId) ?? []), request]);
  }
  const metered = new Set(facts.flatMap((fact) => (fact.type === 'turn.ended' && (fact.turnCredits ?? fact.turnPremiumRequests) !== undefined ? [fact.turnKey] : [])));
  for (const answer of facts) {
    if (answer.type !== 'model.answered' || !answer.responseId) continue;
    const known = requests.get(answer.responseId) ?? [];
    const request = findNearest(known, answer);
    if (!request) continue;
    known.splice(known.indexOf(request), 1);
    fill(answer, request, metered.has(answer.turnKey));
  }
}

interface Request {
  responseId: string;
  /** Subagents' have none. */
  interactionId?: string;
  startedAt: bigint;
  endedAt: bigint;
  /** From its start. */
  firstChunkNano?: bigint;
  usage?: Usage;
  credits?: number;
  values: Pick<Answer, 'provider' | 'requestModel' | 'responseModel' | 'finishReasons'>;
}

function parseRequest(line: string, sessionId: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const span = isTooDeep(value) ? undefined : asRecord(value);
    const attributes = asRecord(span?.attributes);
    if (span?.type !== 'span' || attributes?.[GEN_AI.operationName] !== 'chat' || attributes[GEN_AI.conversationId] !== sessionId) return undefined;
    return toRequest(span, attributes);
  } catch {
    // It is another line by now, or was half-written when Copilot was ended.
    return undefined;
  }
}

function toRequest(span: Record<string, unknown>, attributes: Record<string, unknown>): Request | undefined {
  const responseId = asText(attributes[GEN_AI.responseId]);
  const [startedAt, endedAt] = [toUnixNano(span.startTime), toUnixNano(span.endTime)];
  if (responseId === undefined || startedAt === undefined || endedAt === undefined || endedAt < startedAt) return undefined;
  const seconds = asNumber(attributes[GEN_AI.timeToFirstChunk]);
  const firstChunkNano = seconds === undefined ? undefined : asDurationMillis(seconds * 1000);
  const nanoAiu = asAmount(attributes['github.copilot.nano_aiu']);
  const finishReasons = asList(attributes[GEN_AI.finishReasons]).flatMap((reason) => asText(reason) ?? []);
  return {
    responseId, interactionId: asText(attributes['github.copilot.interaction_id']), startedAt, endedAt, usage: toUsage(attributes),
    ...(firstChunkNano !== undefined && firstChunkNano > 0n && firstChunkNano <= endedAt - startedAt ? { firstChunkNano } : {}),
    ...(nanoAiu === undefined ? {} : { credits: nanoAiu / 1e9 }),
    values: {
      provider: asText(attributes[GEN_AI.providerName]), requestModel: asText(attributes[GEN_AI.requestModel]), responseModel: asText(attributes[GEN_AI.responseModel]),
      ...(finishReasons.length > 0 ? { finishReasons } : {}),
    },
  };
}

/** `[seconds, nanoseconds]` since 1970. */
function toUnixNano(value: unknown): bigint | undefined {
  const [seconds, nanos] = asList(value).map(asCount);
  if (seconds === undefined || nanos === undefined || nanos >= 1e9) return undefined;
  const unixNano = BigInt(seconds) * NANOS_PER_SECOND + BigInt(nanos);
  return isMoment(unixNano) ? unixNano : undefined;
}

/** The input counts what was read from and written to the cache, as in the events. */
function toUsage(attributes: Record<string, unknown>): Usage | undefined {
  const counts: Usage = {
    inputTokens: asCount(attributes[GEN_AI.inputTokens]), outputTokens: asCount(attributes[GEN_AI.outputTokens]), cacheReadTokens: asCount(attributes[GEN_AI.cacheReadTokens]),
    cacheCreationTokens: asCount(attributes[GEN_AI.cacheWriteTokens] ?? attributes[GEN_AI.cacheCreationTokens]), reasoningTokens: asCount(attributes[GEN_AI.reasoningTokens]),
  };
  const told = Object.entries(counts).filter(([, count]) => count !== undefined);
  return told.length > 0 ? Object.fromEntries(told) : undefined;
}

/** Of the same id, that of the same interaction which ended nearest to the answer. */
function findNearest(requests: readonly Request[], { at, turnKey }: Answer): Request | undefined {
  if (!at) return undefined;
  let found: { request: Request; distance: bigint } | undefined;
  for (const request of requests) {
    const distance = request.endedAt > at.unixNano ? request.endedAt - at.unixNano : at.unixNano - request.endedAt;
    const isOthers = request.interactionId !== undefined && request.interactionId !== turnKey;
    if (!isOthers && distance <= FARTHEST_NANO && (!found || distance < found.distance)) found = { request, distance };
  }
  return found?.request;
}

/** Clocks are the request's own; all else counts where the events do not tell it. */
function fill(answer: Answer, request: Request, isMetered: boolean): void {
  const { startedAt, endedAt, firstChunkNano, usage, credits, values } = request;
  Object.assign(answer, { startedAt, endedAt, told: { times: 'native' } } satisfies Partial<Answer>);
  if (firstChunkNano !== undefined) answer.timeToFirstChunkNano = firstChunkNano;
  if (usage && answer.usage?.inputTokens === undefined) {
    answer.usage = { ...usage, ...answer.usage };
    answer.told = { times: 'native', usage: 'native' };
  }
  // What GitHub metered: a turn that has its sum from the events needs no parts.
  if (credits !== undefined && !isMetered && answer.billing === undefined && values.provider === 'github') Object.assign(answer, { credits, billing: 'credits' } satisfies Partial<Answer>);
  answer.provider ??= values.provider;
  answer.requestModel ??= values.requestModel;
  answer.responseModel ??= values.responseModel;
  answer.finishReasons ??= values.finishReasons;
}
