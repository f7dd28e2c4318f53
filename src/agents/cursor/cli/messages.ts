/** The messages of a chat store, in order → what was read of it. No message has a clock; an id is the hash of what the message says. */
import type { Problem } from '../../../core/problem.ts';
import type { SessionParent } from '../../../core/session.ts';
import { asList, asRecord, asText, asTitle, asUnixMillis } from '../../untrusted.ts';
import { toFolder } from '../ide/bubbles.ts';
import { asModel } from '../models.ts';
import { PREFIX, toName } from '../names.ts';
import { toMessageText, toPromptExtra, toPromptText, toPromptTime } from '../prompts.ts';
import { newTurn, type AnswerReading, type CallReading, type SessionReading, type TurnReading } from '../reading.ts';
import { parseCliResult } from '../results.ts';
import { parseToolRequest } from '../tools.ts';

type Values = Record<string, unknown>;

export interface ChatHead {
  sessionId: string;
  /** Its row of `meta`. */
  meta: Values;
  /** `meta.json`, where there is one. */
  beside: Values;
  workspaceUri?: string | undefined;
  /** Whose subagent it is, where its transcript's place says it. */
  parent?: SessionParent | undefined;
  /** When it was last written (Unix ms). */
  modifiedMillis: number;
}

export interface MessageReader {
  /** Takes the next message; gives what of it is not understood. */
  add(id: string, message: Values): Problem[];
  finish(): SessionReading;
}

const ONE_MINUTE_NANO = 60_000_000_000;

/** Reads the messages of one chat. */
export function createMessageReader(head: ChatHead): MessageReader {
  const turns: TurnReading[] = [];
  const counts = new Map<string, number>();
  const calls = new Map<string, CallReading>();
  const toUniqueId = (id: string): string => {
    const count = counts.get(id) ?? 0;
    counts.set(id, count + 1);
    return `${head.sessionId}/${id.slice(0, 32)}${count === 0 ? '' : `/${count}`}`;
  };
  return {
    add(id, message) {
      switch (message.role) {
        case 'system':
          return [];
        case 'user':
          addPrompt(turns, message, { id: toUniqueId(id), mode: asText(head.meta.mode) });
          return [];
        case 'assistant':
          return addAnswer(turns, message, { id: toUniqueId(id), calls });
        case 'tool':
          return addResults(message, calls);
        default:
          return [{ code: 'unknown-record', detail: `role ${toName(message.role)}` }];
      }
    },
    finish: () => toSession(head, turns),
  };
}

function addPrompt(turns: TurnReading[], message: Values, { id, mode }: { id: string; mode: string | undefined }): void {
  const options = asRecord(asRecord(message.providerOptions)?.cursor);
  const text = toMessageText(message.content);
  if (options?.isSummary === true) {
    let turn = turns.at(-1);
    if (!turn) turns.push((turn = newTurn()));
    turn.compactions.push(id);
    return;
  }
  const prompt = toPromptText(text);
  if (prompt === undefined) return;
  const at = toPromptTime(text);
  const requestId = asText(options?.requestId);
  turns.push({
    ...newTurn(), id, prompt, ...(at === undefined ? {} : { at, resolutionNano: ONE_MINUTE_NANO }),
    extra: { ...(mode === undefined ? {} : { [`${PREFIX}mode`]: mode }), ...(requestId === undefined ? {} : { [`${PREFIX}request_id`]: requestId }), ...toPromptExtra(prompt) },
  });
}

function addAnswer(turns: TurnReading[], message: Values, { id, calls }: { id: string; calls: Map<string, CallReading> }): Problem[] {
  const problems: Problem[] = [];
  const answer: AnswerReading = { id, calls: [] };
  const text = toMessageText(message.content);
  if (text !== undefined) answer.text = text;
  for (const block of asList(message.content)) {
    const values = asRecord(block);
    if (values?.type === 'reasoning') answer.reasoning = [answer.reasoning, asText(values.text)].filter((part) => part !== undefined).join('\n') || undefined;
    else if (values?.type === 'tool-call') {
      const call = toCall(values, `${id}/${answer.calls.length}`);
      answer.calls.push(call);
      calls.set(call.request.callId, call);
    } else if (values?.type !== 'text' && values?.type !== 'redacted-reasoning') problems.push({ code: 'unknown-record', detail: `content ${toName(values?.type)}` });
  }
  let turn = turns.at(-1);
  if (!turn) turns.push((turn = newTurn()));
  turn.answers.push(answer);
  return problems;
}

function toCall(block: Values, place: string): CallReading {
  const callId = asText(block.toolCallId);
  const request = parseToolRequest(asText(block.toolName) ?? 'unknown', block.args ?? block.input, { callId: callId ?? place });
  return { request: { ...request, callId: callId ?? place, ...(callId === undefined ? { nativeCallId: null } : {}) } };
}

/** A result that no call asked for was left behind by a compaction. */
function addResults(message: Values, calls: ReadonlyMap<string, CallReading>): Problem[] {
  const problems: Problem[] = [];
  for (const block of asList(message.content)) {
    const values = asRecord(block);
    if (values?.type !== 'tool-result') problems.push({ code: 'unknown-record', detail: `content ${toName(values?.type)}` });
    else {
      const call = calls.get(asText(values.toolCallId) ?? '');
      if (call) call.result = parseCliResult(values, message);
    }
  }
  return problems;
}

function toSession({ sessionId, meta, beside, workspaceUri, parent: placed, modifiedMillis }: ChatHead, turns: TurnReading[]): SessionReading {
  const parent = toParent(meta.subagentInfo) ?? placed;
  const title = asTitle(beside.title) ?? asTitle(meta.name);
  const cwd = asText(beside.cwd) ?? toFolder(workspaceUri);
  const told = asRecord(meta.lastUsedModel);
  const model = asModel(meta.lastUsedModel) ?? asModel(told?.model) ?? asModel(told?.id);
  const agentName = asText(asRecord(meta.subagentInfo)?.typeName);
  return {
    sessionId, turns, isEndTold: false, writtenAt: asUnixMillis(modifiedMillis), startedAt: asUnixMillis(beside.createdAtMs) ?? asUnixMillis(meta.createdAt),
    ...(parent && parent.sessionId !== sessionId ? { parent } : {}), ...(title === undefined || title === 'New Agent' ? {} : { title }), ...(cwd === undefined ? {} : { cwd }),
    ...(model === undefined ? {} : { model }), ...(agentName === undefined ? {} : { agentName }),
  };
}

function toParent(info: unknown): SessionParent | undefined {
  const values = asRecord(info);
  const sessionId = asText(values?.parentAgentId) ?? asText(values?.rootParentAgentId);
  const callId = asText(values?.toolCallId);
  return sessionId === undefined ? undefined : { sessionId, relation: 'subagent', ...(callId === undefined ? {} : { callId }) };
}
