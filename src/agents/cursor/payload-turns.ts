/** What hooks tell of a turn as a whole: its end, its tokens, its compactions. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import { momentBefore } from '../../core/time.ts';
import type { Usage } from '../../core/usage.ts';
import { asAmount, asCount, asDurationMillis, asText } from '../untrusted.ts';
import { PREFIX } from './names.ts';
import type { HookBase } from './hook-base.ts';

type Values = Record<string, unknown>;

const OUTCOMES: Readonly<Record<string, Outcome>> = { completed: 'ok', aborted: 'cancelled', error: 'error' };

function toOutcome(status: unknown): Outcome {
  const name = asText(status) ?? '';
  return Object.hasOwn(OUTCOMES, name) ? (OUTCOMES[name] ?? 'unknown') : 'unknown';
}

/** The turn is over. A stop hook of somebody's may send Cursor back to work: then this is told again. */
export function toStop(payload: Values, base: HookBase): FactOf<'turn.ended'> {
  const reason = toOutcome(payload.status);
  const message = asText(payload.error_message) ?? asText(payload.error);
  return {
    ...base, type: 'turn.ended', reason, ...toTurnUsage(payload), extra: toTurnTokens(payload).extra ?? {},
    ...(reason === 'error' ? { errorType: 'agent_error', ...(message === undefined ? {} : { errorMessage: message }) } : {}),
  };
}

/** The window was closed, or the command left: without prompt and stop hooks (`-p`) it is the end of the turn, too. */
export function toSessionEnd(payload: Values, told: HookBase): FactOf<'turn.ended'> {
  const { turnKey: _, ...base } = told;
  const reason = toOutcome(payload.final_status ?? payload.reason);
  const message = asText(payload.error_message);
  return { ...base, type: 'turn.ended', reason, isSessionEnd: true, ...(reason === 'error' ? { errorType: 'agent_error', ...(message === undefined ? {} : { errorMessage: message }) } : {}) };
}

/** Sums over all requests of the turn so far. `input_tokens` holds what was read from the cache. */
export function toTurnUsage(payload: Values): { turnUsage?: Usage } {
  const [input, output, read, write] = [asCount(payload.input_tokens), asCount(payload.output_tokens), asCount(payload.cache_read_tokens), asCount(payload.cache_write_tokens)];
  const counts = { inputTokens: input, outputTokens: output, cacheReadTokens: read, cacheCreationTokens: write };
  const turnUsage = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)) as Usage;
  return (input ?? 0) > 0 || (output ?? 0) > 0 ? { turnUsage } : {};
}

const COUNTS = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens'] as const;

/** The same under names that nobody adds up with those of requests. */
export function toTurnTokens(payload: Values): { extra?: Attributes } {
  if (!toTurnUsage(payload).turnUsage) return {};
  const extra: Attributes = {};
  for (const name of COUNTS) {
    const count = asCount(payload[name]);
    if (count !== undefined) extra[`${PREFIX}turn.${name}`] = count;
  }
  return { extra };
}

/** A thought is told when it is over, with how long it took. */
export function toThoughtStart(payload: Values, { at }: HookBase): { startedAt?: bigint } {
  const took = asDurationMillis(payload.duration_ms);
  const startedAt = took === undefined || at === undefined ? undefined : momentBefore(at.unixNano, took);
  return startedAt === undefined ? {} : { startedAt };
}

/** What a compaction's hook tells of the context. */
const CONTEXT: readonly (readonly [field: string, name: string])[] = [
  ['context_tokens', 'context_tokens'], ['context_window_size', 'context_window_tokens'], ['context_usage_percent', 'context_usage_percent'], ['message_count', 'message_count'],
  ['messages_to_compact', 'messages_to_compact'],
];

export function toCompaction(payload: Values, base: HookBase): Fact {
  const attributes: Attributes = {};
  const trigger = asText(payload.trigger);
  if (trigger !== undefined) attributes[`${PREFIX}compaction.trigger`] = trigger;
  for (const [field, name] of CONTEXT) {
    const amount = asAmount(payload[field]);
    if (amount !== undefined) attributes[`${PREFIX}compaction.${name}`] = amount;
  }
  return { ...base, type: 'context.changed', change: 'compaction', attributes };
}
