/**
 * Kiro V2's sidecar `<session>.json`: what the session is, and one metadata record a turn. It is rewritten whole after the stop
 * hooks of a turn have returned, so a hook can only ever see the turn before.
 */
import type { Fact } from '../../../core/fact.ts';
import type { Parsed, Problem } from '../../../core/problem.ts';
import type { SessionParent } from '../../../core/session.ts';
import type { Outcome } from '../../../core/span.ts';
import type { Usage } from '../../../core/usage.ts';
import { isTooDeep } from '../../../core/json.ts';
import { momentBefore, parseRfc3339 } from '../../../core/time.ts';
import { asAmount, asCount, asDuration, asList, asNumber, asRecord, asText, asTitle } from '../../untrusted.ts';
import { toMetered } from '../metering.ts';
import { toName } from '../names.ts';
import { toErrorType } from './records.ts';

export interface Sidecar {
  root: Record<string, unknown>;
  parent?: SessionParent;
}

/**
 * `ToolUseRejected` is what Kiro writes when the person interrupts while tools wait or run; a single refused call does not end a turn,
 * the model goes on without it. `DidNotRun`: there was no turn.
 */
const END_REASONS: Readonly<Record<string, Outcome>> = {
  UserTurnEnd: 'ok', ToolUseRejected: 'cancelled', Error: 'error', Cancelled: 'cancelled', DidNotRun: 'unknown',
};

/** Text of a sidecar → what stands in it. A half-written or foreign file is a problem. */
export function parseSidecar(text: string): Parsed<Sidecar> {
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    if (isTooDeep(value)) return { problems: [{ code: 'too-deep', detail: 'the sidecar nests deeper than 200 levels' }] };
    const root = asRecord(value);
    if (!root) return { problems: [{ code: 'bad-sidecar', detail: 'the sidecar is no JSON object' }] };
    return { value: { root, parent: toParent(root) }, problems: [] };
  } catch {
    return { problems: [{ code: 'bad-sidecar', detail: `the sidecar is no JSON (${text.length} characters)` }] };
  }
}

/** `session_created_reason` says "subagent" on ordinary sessions too: only a parent id makes a child. A rewind is a fork. */
function toParent(root: Record<string, unknown>): SessionParent | undefined {
  const parentId = asText(root.parent_session_id);
  if (!parentId) return undefined;
  return { sessionId: parentId, relation: asText(root.session_created_reason) === 'rewind' ? 'fork' : 'subagent' };
}

/** A sidecar → the session's facts and one `turn.ended` a turn, plus which model the newest turn had. */
export function toSidecarFacts(sidecar: Sidecar, sessionId: string): { facts: Fact[]; problems: Problem[] } {
  const { root } = sidecar;
  const base = { agent: 'kiro', sessionId, source: 'history' as const };
  const state = asRecord(root.session_state);
  const modelInfo = asRecord(asRecord(state?.rts_model_state)?.model_info);
  const model = asText(modelInfo?.model_id);
  const facts: Fact[] = [
    {
      ...base, type: 'session.seen', key: `sidecar:${sessionId}`, order: 0,
      title: asTitle(root.title), cwd: asText(root.cwd), parent: sidecar.parent, agentName: asText(state?.agent_name),
      model, contextWindowTokens: asCount(modelInfo?.context_window_tokens), startedAt: parseRfc3339(root.created_at),
    },
  ];
  const metadatas = asRecord(state?.conversation_metadata)?.user_turn_metadatas ?? [];
  const turns = asList(metadatas);
  const problems: Problem[] = Array.isArray(metadatas) ? [] : [{ code: 'bad-turn-metadata', detail: 'user_turn_metadatas is no list' }];
  turns.forEach((entry, index) => {
    const turn = asRecord(entry);
    if (turn) facts.push({ ...base, ...toTurnEnded(turn, index, problems) } as Fact);
    else problems.push({ code: 'bad-turn-metadata', detail: `user_turn_metadatas[${index}] is no object` });
  });
  const newest = asText(asList(asRecord(turns.at(-1))?.message_ids)[0]);
  if (model && newest) {
    const updatedAt = parseRfc3339(root.updated_at);
    facts.push({
      ...base, type: 'model.seen', key: `model:${newest}:${model}`, order: 0, messageId: newest, model, contextWindowTokens: asCount(modelInfo?.context_window_tokens),
      at: updatedAt === undefined ? undefined : { unixNano: updatedAt, source: 'transcript' },
    });
  }
  return { facts, problems };
}

function toTurnEnded(turn: Record<string, unknown>, index: number, problems: Problem[]): Record<string, unknown> {
  const messageIds = asList(turn.message_ids).filter((id): id is string => typeof id === 'string');
  const endedAt = parseRfc3339(turn.end_timestamp);
  const durationNano = asDuration(turn.turn_duration);
  const error = asRecord(turn.result)?.Err;
  const reason = asText(turn.end_reason);
  return {
    type: 'turn.ended',
    key: `turn:${messageIds[0] ?? asNumber(asRecord(turn.loop_id)?.rand) ?? index}`,
    order: index,
    reason: (reason && Object.hasOwn(END_REASONS, reason) ? END_REASONS[reason] : undefined) ?? (error === undefined ? 'unknown' : 'error'),
    messageIds,
    endedAt,
    durationNano,
    startedAt: endedAt !== undefined && durationNano !== undefined ? momentBefore(endedAt, durationNano) : undefined,
    requestCredits: toCredits(turn.metering_usage, problems),
    metered: toMetered(turn.metering_usage),
    ...toTurnUsage(turn),
    requestCount: asCount(turn.total_request_count),
    contextUsagePercent: asAmount(turn.context_usage_percentage),
    agentName: asText(asRecord(asRecord(turn.loop_id)?.agent_id)?.name),
    ...(error === undefined ? {} : toError(error)),
  };
}

/** Kiro writes 0 where it counts no tokens, and so far it counts none. */
function toTurnUsage({ input_token_count: input, output_token_count: output }: Record<string, unknown>): { turnUsage?: Usage } {
  const [inputTokens, outputTokens] = [asCount(input) || undefined, asCount(output) || undefined];
  if (inputTokens === undefined && outputTokens === undefined) return {};
  return { turnUsage: { ...(inputTokens === undefined ? {} : { inputTokens }), ...(outputTokens === undefined ? {} : { outputTokens }) } };
}

/** `[{value, unit: "credit"}]`, an entry a request → credits. All or nothing: a sum without one of them would be wrong, as would one of another unit. */
function toCredits(metering: unknown, problems: Problem[]): number[] | undefined {
  const entries = asList(metering).map((entry) => asRecord(entry));
  const foreign = entries.find((entry) => (asText(entry?.unit) ?? 'credit').toLowerCase() !== 'credit');
  if (foreign) problems.push({ code: 'unknown-metering-unit', detail: `metering_usage in ${toName(foreign.unit)}` });
  const values = entries.map((entry) => asAmount(entry?.value)).filter((value) => value !== undefined);
  return !foreign && values.length > 0 && values.length === entries.length ? values : undefined;
}

/** `{"Err": "text"}` or `{"Err": {"Kind": …}}`: the kind's name is the error type, where it is a name. */
function toError(error: unknown): { errorType: string; errorMessage: string } {
  return { errorType: toErrorType(error, 'agent_error'), errorMessage: typeof error === 'string' ? error : JSON.stringify(error) };
}
