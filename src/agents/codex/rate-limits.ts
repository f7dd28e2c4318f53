/** How much of a subscription is used: what the service last said in a turn. */
import { asAmount, asCount, asRecord, asText } from '../untrusted.ts';
import type { TurnReading } from './reading.ts';

/** `{primary: {used_percent, window_minutes, resets_at}, secondary, credits: {has_credits, unlimited, balance}, plan_type, …}`. */
export function addRateLimits({ extra }: TurnReading, value: unknown): void {
  const limits = asRecord(value);
  if (!limits) return;
  for (const name of ['primary', 'secondary']) {
    const window = asRecord(limits[name]);
    const percent = asAmount(window?.used_percent);
    if (percent !== undefined) extra.set(`rate_limit.${name}.used_percent`, percent);
    for (const field of ['window_minutes', 'resets_at']) setInteger(extra, `rate_limit.${name}.${field}`, window?.[field]);
  }
  for (const [name, field] of [['plan_type', 'plan_type'], ['rate_limit.id', 'limit_id'], ['rate_limit.reached', 'rate_limit_reached_type']] as const) {
    const text = asText(limits[field]);
    if (text !== undefined) extra.set(name, text);
  }
  const credits = asRecord(limits.credits);
  if (typeof credits?.has_credits === 'boolean') extra.set('credits.has_credits', credits.has_credits);
  if (typeof credits?.unlimited === 'boolean') extra.set('credits.unlimited', credits.unlimited);
  const balance = asAmount(typeof credits?.balance === 'string' ? Number(asText(credits.balance) ?? Number.NaN) : credits?.balance);
  if (balance !== undefined) extra.set('credits.balance', balance);
}

function setInteger(extra: TurnReading['extra'], name: string, value: unknown): void {
  const count = asCount(value);
  if (count !== undefined) extra.set(name, BigInt(count));
}
