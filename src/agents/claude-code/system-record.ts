/** `system` lines: ends of turns, compactions, retries. Their subtypes are many and most are for the eye only. */
import type { Attributes } from '../../core/attributes.ts';
import type { ContextChange } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import { asDurationMillis, asNumber, asRecord, asText } from '../untrusted.ts';
import { PREFIX, toName } from './names.ts';
import { baseOf, type RecordPlace, type SessionReading, type Values } from './reading.ts';

/** Subtypes that tell nothing of a trace. */
const SILENT = new Set([
  'agents_killed', 'away_summary', 'bridge_status', 'file_snapshot', 'informational', 'init', 'local_command', 'local_command_output', 'memory_saved', 'permission_retry',
  'post_turn_summary', 'scheduled_task_fire', 'session_state_changed', 'status', 'task_notification', 'task_progress', 'task_started', 'thinking', 'turn_summary', 'model_fallback',
  'api_metrics', 'notification', 'hook_started', 'hook_progress', 'hook_response', 'permission_denied', 'elicitation_complete', 'files_persisted', 'task_updated', 'plugin_install',
  'model_refusal_fallback', 'worker_shutting_down', 'mirror_error', 'command_permissions',
]);

/** Takes in one `system` line. */
export function addSystem(reading: SessionReading, values: Values, place: RecordPlace): Problem[] {
  switch (values.subtype) {
    case 'turn_duration':
      endTurn(reading, place, values.durationMs);
      return [];
    case 'stop_hook_summary':
      if (!reading.turns.at(-1)?.isSentBack) endTurn(reading, place);
      return [];
    case 'compact_boundary':
    case 'microcompact_boundary':
      addChange(reading, place, { change: 'compaction', attributes: toCompaction(values) });
      return [];
    case 'api_error':
    case 'api_retry':
      addChange(reading, place, { change: 'api-retry', attributes: toRetry(values) });
      return [];
    default:
      return typeof values.subtype === 'string' && SILENT.has(values.subtype) ? [] : [{ code: 'unknown-record', detail: `line ${place.order + 1}: system subtype ${toName(values.subtype)}` }];
  }
}

/** How it ended is told by what stands before: an error or an interruption keeps its say. */
function endTurn(reading: SessionReading, place: RecordPlace, durationMs?: unknown): void {
  const turn = reading.turns.at(-1);
  if (!turn?.lastAnswer && !turn?.end) return;
  turn.end ??= { reason: turn.lastAnswer?.callIds.length === 0 && turn.lastAnswer.outcome === 'ok' ? 'ok' : 'unknown', order: place.order, ...(place.at ? { at: place.at } : {}) };
  const durationNano = asDurationMillis(durationMs);
  // Claude Code counts on when it wakes itself: only of a person's prompt is it the turn's own.
  if (durationNano !== undefined && turn.started?.extra?.[`${PREFIX}prompt.origin`] !== 'task-notification') turn.durationNano = durationNano;
}

function addChange(reading: SessionReading, place: RecordPlace, { change, attributes }: { change: ContextChange; attributes: Attributes }): void {
  reading.facts.push({ ...baseOf(reading, place, `${change}:${place.id}`), type: 'context.changed', change, recordId: place.id, attributes });
}

function toCompaction(values: Values): Attributes {
  const told = asRecord(values.compactMetadata) ?? asRecord(values.microcompactMetadata);
  return toAttributes('compaction', [
    ['trigger', asText(told?.trigger)], ['tokens_before', toCount(told?.preTokens)], ['tokens_after', toCount(told?.postTokens)], ['duration_ms', toCount(told?.durationMs)],
  ]);
}

/** The request failed and is sent again. What the server said is in the error's own words: content, and left out. */
function toRetry(values: Values): Attributes {
  const error = asRecord(values.error);
  const inner = asRecord(asRecord(error?.error)?.error);
  return toAttributes('retry', [
    ['attempt', toCount(values.retryAttempt)], ['max_attempts', toCount(values.maxRetries)], ['delay_ms', toCount(values.retryInMs)],
    ['status', toCount(error?.status)], ['error_type', asText(error?.type) ?? asText(inner?.type)],
  ]);
}

function toCount(value: unknown): bigint | undefined {
  const number = asNumber(value);
  return number === undefined || number < 0 || number > Number.MAX_SAFE_INTEGER ? undefined : BigInt(Math.round(number));
}

function toAttributes(group: string, entries: readonly (readonly [string, string | bigint | undefined])[]): Attributes {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[`${PREFIX}${group}.${name}`, value] as const])));
}
