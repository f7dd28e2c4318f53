/** Times, tokens and money as short text. */
import type { CostFigures, TokenFigures } from '../../../../src/query/api/figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** ms → "0.4 ms", "245 ms", "4.2 s", "42 s", "4 m 12 s", "2 h 05 m", "3 d 4 h". */
export function formatMillis(millis: number): string {
  const value = Math.max(0, millis);
  if (value < 1) return value === 0 ? '0 ms' : `${value.toFixed(1)} ms`;
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 9.95 * SECOND) return `${(value / SECOND).toFixed(1)} s`;
  if (value < 59.5 * SECOND) return `${Math.round(value / SECOND)} s`;
  const seconds = Math.round(value / SECOND);
  if (value < HOUR - 500) return seconds % 60 === 0 ? `${seconds / 60} m` : `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(value / MINUTE);
  if (value < DAY) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
  const hours = Math.round(value / HOUR);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A moment after the start, as exact as the step between two ticks asks for. */
export function formatTick(millis: number, stepMillis: number): string {
  if (millis === 0) return '0';
  const sign = millis < 0 ? '-' : '';
  const value = Math.abs(Math.round(millis));
  const [days, hours, minutes] = [Math.floor(value / DAY), Math.floor((value % DAY) / HOUR), Math.floor((value % HOUR) / MINUTE)];
  const seconds = (value % MINUTE) / SECOND;
  const digits = stepMillis >= SECOND ? 0 : stepMillis >= 100 ? 1 : stepMillis >= 10 ? 2 : 3;
  const parts: string[] = [];
  if (days > 0) parts.push(`${days}d`);
  if (hours > 0) parts.push(`${hours}h`);
  if (minutes > 0) parts.push(`${minutes}m`);
  if (stepMillis < MINUTE && (seconds > 0 || parts.length === 0)) parts.push(value < SECOND ? `${value}ms` : `${seconds.toFixed(digits)}s`);
  return sign + (parts.join(' ') || '0');
}

/** 1234 → "1.2k". */
export function formatCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 999_500) return `${trimmed(count / 1000)}k`;
  return `${trimmed(count / 1e6)}M`;
}

/** Input and output together: "45k tok"; nothing told: undefined. */
export function formatTokens(tokens: TokenFigures | undefined): string | undefined {
  if (tokens?.input === undefined && tokens?.output === undefined) return undefined;
  return `${formatCount((tokens.input ?? 0) + (tokens.output ?? 0))} tok`;
}

/** Each unit that is told, apart: "$0.12", "≈$0.12" (what a subscription's tokens would have cost), "0.4 cr", "2 premium". */
export function formatCost(cost: CostFigures | undefined): string | undefined {
  const parts = [
    cost?.usd === undefined ? undefined : `$${money(cost.usd)}`,
    cost?.equivalentUsd === undefined ? undefined : `≈$${money(cost.equivalentUsd)}`,
    cost?.credits === undefined ? undefined : `${trimmed(cost.credits)} cr`,
    cost?.premiumRequests === undefined ? undefined : `${trimmed(cost.premiumRequests)} premium`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' + ');
}

function money(usd: number): string {
  return usd !== 0 && usd < 0.01 ? usd.toPrecision(1) : usd.toFixed(2);
}

function trimmed(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(value < 10 ? 1 : 0)));
}
