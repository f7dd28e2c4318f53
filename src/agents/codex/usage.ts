/** Codex's token counts: `input_tokens` holds both cache figures, `output_tokens` the reasoning. */
import type { Usage } from '../../core/usage.ts';
import { asCount, asNumber, asRecord } from '../untrusted.ts';

/** Tokens of one request, and all of them together as Codex adds them up. */
export interface TokenUsage {
  usage: Usage;
  /** No request has none: what Codex writes after a compaction is an estimate of the new context. */
  isEmpty: boolean;
}

const FIELDS = {
  inputTokens: 'input_tokens', outputTokens: 'output_tokens', cacheReadTokens: 'cached_input_tokens',
  cacheCreationTokens: 'cache_write_input_tokens', reasoningTokens: 'reasoning_output_tokens',
} as const satisfies Partial<Record<keyof Usage, string>>;

/** `{input_tokens, cached_input_tokens, …}` → our usage; undefined when it holds no number. */
export function parseUsage(value: unknown): TokenUsage | undefined {
  const values = asRecord(value);
  if (!values) return undefined;
  const usage: Usage = {};
  for (const [name, field] of Object.entries(FIELDS)) {
    const count = asCount(values[field]);
    if (count !== undefined) usage[name as keyof Usage] = count;
  }
  if (Object.keys(usage).length === 0) return undefined;
  return { usage, isEmpty: !usage.inputTokens && !usage.outputTokens };
}

/** A running total as text that is equal only for equal totals; empty where there is none. */
export function toTotalKey(value: unknown): string {
  const values = asRecord(value);
  return values ? Object.values(FIELDS).map((field) => asNumber(values[field]) ?? '').join(' ') : '';
}
