/** `subagentStart` and `subagentStop`: told in the parent's name, by the call that started the subagent. See `subagents.ts`. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import { hashOf } from '../../core/ids.ts';
import type { Outcome } from '../../core/span.ts';
import { momentBefore } from '../../core/time.ts';
import { asCount, asDurationMillis, asText } from '../untrusted.ts';
import { asModel } from './models.ts';
import { PREFIX } from './names.ts';
import type { HookBase } from './hook-base.ts';
import { toMadeUpId } from './subagents.ts';

type Values = Record<string, unknown>;

const OUTCOMES: Readonly<Record<string, Outcome>> = { completed: 'ok', aborted: 'cancelled', cancelled: 'cancelled', error: 'error' };
/** Where the agent wrote what a subagent did: its name is the subagent's session. */
const TRANSCRIPT = /[\\/]subagents[\\/]([A-Za-z0-9][A-Za-z0-9._-]{0,127})\.jsonl$/;

/** The subagent's own facts; none where nothing tells which call started it. */
export function toSubagentFacts(name: 'subagentStart' | 'subagentStop', payload: Values, { base: told, seen }: Told): Fact[] {
  const { turnKey: _, ...base } = told;
  const callId = asText(payload.tool_call_id) ?? asText(payload.subagent_id);
  if (callId === undefined) return [];
  const parentId = asText(payload.parent_conversation_id) ?? base.sessionId;
  const sessionId = TRANSCRIPT.exec(asText(payload.agent_transcript_path) ?? '')?.[1] ?? toMadeUpId(parentId, callId);
  const own = { ...base, sessionId };
  return [toSeen(payload, seen, { sessionId, parentId, callId }), ...(name === 'subagentStart' ? [toStart(payload, own)] : [toStop(payload, own)])];
}

interface Told {
  base: HookBase;
  /** What the same call tells of the parent. */
  seen: FactOf<'session.seen'>;
}

function toSeen(payload: Values, seen: FactOf<'session.seen'>, { sessionId, parentId, callId }: { sessionId: string; parentId: string; callId: string }): Fact {
  const agentName = asText(payload.subagent_type);
  const model = asModel(payload.subagent_model);
  const { parent: _, process: __, model: ___, ...shared } = seen;
  return {
    ...shared, sessionId, key: `seen:${hashOf(seen.key, sessionId, parentId, callId, agentName ?? '', model ?? '').slice(0, 32)}`, parent: { sessionId: parentId, relation: 'subagent', callId },
    ...(agentName === undefined ? {} : { agentName }), ...(model === undefined ? {} : { model }),
  };
}

function toStart(payload: Values, base: HookBase): Fact {
  const prompt = asText(payload.task);
  const branch = asText(payload.git_branch);
  return { ...base, type: 'turn.started', ...(prompt === undefined ? {} : { prompt }), extra: branch === undefined ? {} : { [`${PREFIX}git.branch`]: branch } };
}

/** What counts as one, by Cursor's own count. */
const COUNTS = ['message_count', 'tool_call_count', 'loop_count'] as const;

function toStop(payload: Values, base: HookBase): Fact {
  const status = asText(payload.status) ?? '';
  const reason = Object.hasOwn(OUTCOMES, status) ? (OUTCOMES[status] ?? 'unknown') : 'unknown';
  const durationNano = asDurationMillis(payload.duration_ms);
  const startedAt = durationNano === undefined || !base.at ? undefined : momentBefore(base.at.unixNano, durationNano);
  const extra: Attributes = {};
  for (const name of COUNTS) {
    const count = asCount(payload[name]);
    if (count) extra[`${PREFIX}subagent.${name}`] = count;
  }
  const answer = asText(payload.summary);
  const message = asText(payload.error_message);
  return {
    ...base, type: 'turn.ended', reason, extra, ...(answer === undefined ? {} : { answer }), ...(durationNano === undefined ? {} : { durationNano }), ...(startedAt === undefined ? {} : { startedAt }),
    ...(reason === 'error' ? { errorType: 'agent_error', ...(message === undefined ? {} : { errorMessage: message }) } : {}),
  };
}
