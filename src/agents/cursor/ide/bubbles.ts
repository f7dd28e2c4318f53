/**
 * The pieces of a conversation (`bubbles`), in order → its turns. Type 1 is a prompt; type 2 is a piece of what came back: a thought, words,
 * or a call. The pieces of one answer of a model are not marked as such: a new one begins where something is thought or said behind a call,
 * and with a call that was asked for with another answer, as its id or its time says.
 */
import type { Attributes } from '../../../core/attributes.ts';
import type { Problem } from '../../../core/problem.ts';
import { parseRfc3339 } from '../../../core/time.ts';
import type { Usage } from '../../../core/usage.ts';
import { asCount, asDurationMillis, asList, asRecord, asText, asUnixMillis } from '../../untrusted.ts';
import { asModel } from '../models.ts';
import { PREFIX, toName } from '../names.ts';
import { toPromptExtra, toPromptText } from '../prompts.ts';
import { newTurn, type AnswerReading, type CallReading, type TurnReading } from '../reading.ts';
import { parseIdeResult } from '../results.ts';
import { parseToolRequest } from '../tools.ts';

type Values = Record<string, unknown>;

export interface BubbleReader {
  /** Takes the next piece; gives what of it is not understood. */
  add(id: string, bubble: Values): Problem[];
  turns: TurnReading[];
  /** The folder that the person had open, as prompts tell it. */
  cwd?: string;
}

const USER = 1;
const ASSISTANT = 2;

/** Reads the pieces of one conversation. `extra`: told of each prompt. */
export function createBubbleReader(extra: Attributes): BubbleReader {
  const reader: BubbleReader = {
    turns: [],
    add(id, bubble) {
      if (bubble.type === USER) {
        reader.turns.push(toTurn(id, bubble, extra));
        reader.cwd ??= toFolder(asList(bubble.workspaceUris)[0]);
        return [];
      }
      if (bubble.type !== ASSISTANT) return [{ code: 'unknown-record', detail: `bubble type ${typeof bubble.type === 'number' ? bubble.type : toName(bubble.type)}` }];
      let turn = reader.turns.at(-1);
      if (!turn) reader.turns.push((turn = newTurn()));
      return addPiece(turn, id, bubble);
    },
  };
  return reader;
}

function toTurn(id: string, bubble: Values, shared: Attributes): TurnReading {
  const prompt = toPromptText(asText(bubble.text));
  const requestId = asText(bubble.requestId);
  const model = asModel(asRecord(bubble.modelInfo)?.modelName);
  return {
    ...newTurn(), id, at: toMoment(bubble.createdAt), ...(prompt === undefined ? {} : { prompt }), ...(model === undefined ? {} : { model }),
    extra: { ...shared, ...(requestId === undefined ? {} : { [`${PREFIX}request_id`]: requestId }), ...toPromptExtra(prompt) },
  };
}

/** Newer builds write RFC 3339, older ones milliseconds. */
export function toMoment(value: unknown): bigint | undefined {
  return parseRfc3339(value) ?? asUnixMillis(value);
}

/** A `file:` address → the folder; undefined where it is another machine's. */
export function toFolder(uri: unknown): string | undefined {
  const path = /^file:\/\/(\/.*)$/.exec(asText(uri) ?? '')?.[1];
  if (path === undefined) return undefined;
  try {
    return decodeURIComponent(path).replace(/^\/([A-Za-z]:)/, '$1');
  } catch {
    return undefined;
  }
}

function addPiece(turn: TurnReading, id: string, bubble: Values): Problem[] {
  const at = toMoment(bubble.createdAt);
  const text = asText(bubble.text);
  const reasoning = asText(asRecord(bubble.thinking)?.text) ?? asText(bubble.thinking);
  const data = asRecord(bubble.toolFormerData);
  const usage = toUsage(bubble.tokenCount);
  addEnd(turn, bubble);
  const problems: Problem[] = [];
  // Cursor writes a piece for each part of a stream; most have nothing in them.
  if (text === undefined && reasoning === undefined && !data) {
    const last = turn.answers.at(-1);
    if (usage && last) last.usage ??= usage;
    return problems;
  }
  const call = data && toCall(id, data, { at, problems });
  const answer = toAnswer(turn, { id, at, call, isSaid: text !== undefined || reasoning !== undefined, modelCallId: asText(data?.modelCallId) });
  if (reasoning !== undefined) answer.reasoning = answer.reasoning === undefined ? reasoning : `${answer.reasoning}\n${reasoning}`;
  if (text !== undefined) answer.text = answer.text === undefined ? text : `${answer.text}\n${text}`;
  if (usage) answer.usage = usage;
  const model = asModel(asRecord(bubble.modelInfo)?.modelName);
  if (model !== undefined) answer.model = model;
  const own = asText(bubble.serverBubbleId);
  if (own !== undefined && answer.responseId === undefined) answer.responseId = own;
  if (call) {
    answer.calls.push(call);
    if (answer.calls.length === 1 && at !== undefined && answer.at !== undefined && at > answer.at) answer.endedAt = at;
  }
  return problems;
}

interface Piece {
  id: string;
  at?: bigint | undefined;
  call?: CallReading | undefined;
  isSaid: boolean;
  modelCallId?: string | undefined;
}

/** Calls that are asked for with one answer are written down as they come: seconds, not longer. */
const ONE_ANSWER_NANO = 2_000_000_000n;

/** The answer that a piece belongs to: the newest, or a new one. */
function toAnswer(turn: TurnReading, { id, at, call, isSaid, modelCallId }: Piece): AnswerReading {
  const last = turn.answers.at(-1);
  const lastCall = last?.calls.at(-1);
  const request = modelCallId ?? toRequestId(call?.request.callId);
  const isSame = last !== undefined && (!lastCall || (!isSaid && call !== undefined && isOfOne(last.requestId, request, { before: lastCall.at, at })));
  const answer: AnswerReading = isSame ? last : { id, ...(at === undefined ? {} : { at }), calls: [] };
  if (!isSame) turn.answers.push(answer);
  if (call && request !== undefined) answer.requestId = request;
  return answer;
}

function isOfOne(known: string | undefined, request: string | undefined, { before, at }: { before?: bigint | undefined; at?: bigint | undefined }): boolean {
  if (known !== undefined || request !== undefined) return known === request;
  return before !== undefined && at !== undefined && at - before <= ONE_ANSWER_NANO;
}

/** `call-<uuid of the answer>-<n>…`, as Cursor numbers the calls of its own models. */
function toRequestId(callId: string | undefined): string | undefined {
  return /^call-([0-9a-f-]{36})-\d+/.exec(callId ?? '')?.[1];
}

function toCall(id: string, data: Values, { at, problems }: { at?: bigint | undefined; problems: Problem[] }): CallReading | undefined {
  const name = asText(data.name) ?? (asCount(data.tool) === undefined ? undefined : `tool_${asCount(data.tool) ?? 0}`);
  // A call of which only the place is there so far.
  if (name === undefined) return undefined;
  const callId = asText(data.toolCallId);
  const raw = asText(data.rawArgs);
  const hasRaw = raw !== undefined && raw.trim() !== '{}';
  const params = data.params ?? undefined;
  // An MCP tool's server stands in the parameters alone.
  const isMcp = typeof params === 'string' ? params.includes('"serverName"') : asList(asRecord(params)?.tools).length > 0;
  const request = parseToolRequest(name, isMcp || !hasRaw ? (params ?? raw) : raw, { callId: callId ?? id });
  const { result, isKnown } = parseIdeResult(data);
  if (!isKnown) problems.push({ code: 'unknown-tool-status', detail: `status ${toName(data.status)}` });
  return { request: { ...request, callId: callId ?? id, ...(callId === undefined ? { nativeCallId: null } : {}) }, ...(at === undefined ? {} : { at }), ...(result ? { result } : {}) };
}

/** Builds that do not count write 0. */
function toUsage(value: unknown): Usage | undefined {
  const tokens = asRecord(value);
  const [input, output] = [asCount(tokens?.inputTokens) ?? 0, asCount(tokens?.outputTokens) ?? 0];
  if (input === 0 && output === 0) return undefined;
  return { ...(input > 0 ? { inputTokens: input } : {}), ...(output > 0 ? { outputTokens: output } : {}) };
}

/** 2020: no clock of Cursor's says less. */
const EARLIEST_NANO = 1_577_836_800_000_000_000n;

/** When the whole of what came back was there, by the wall clock, and how long it took. */
function addEnd({ told }: TurnReading, bubble: Values): void {
  const endedAt = asUnixMillis(asRecord(bubble.timingInfo)?.clientEndTime);
  // Some builds count from when the window was opened.
  if (endedAt !== undefined && endedAt > EARLIEST_NANO) told.endedAt = endedAt;
  const durationNano = asDurationMillis(bubble.turnDurationMs);
  if (durationNano) told.durationNano = durationNano;
}
