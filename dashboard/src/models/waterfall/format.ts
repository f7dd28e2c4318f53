/** Labels of the axis, and sums of tokens and money in a few words. */
import type { CostFigures, TokenFigures } from '../../../../src/query/api/figures.ts';
import { formatCount, formatCredits, formatTokens, formatUsd } from '../format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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

/** Input and output together: "45 k tok"; nothing told: undefined. */
export function formatTokenSum(tokens: TokenFigures | undefined): string | undefined {
  if (tokens?.input === undefined && tokens?.output === undefined) return undefined;
  return `${formatTokens((tokens.input ?? 0) + (tokens.output ?? 0))} tok`;
}

/** Each unit that is told, apart: "$0.12", "≈ $0.12" (what a subscription's tokens would have cost), "0.4 cr", "2 premium". */
export function formatCost(cost: CostFigures | undefined): string | undefined {
  const parts = [
    cost?.usd === undefined ? undefined : formatUsd(cost.usd),
    cost?.equivalentUsd === undefined ? undefined : `≈ ${formatUsd(cost.equivalentUsd)}`,
    cost?.credits === undefined ? undefined : `${formatCredits(cost.credits)} cr`,
    cost?.premiumRequests === undefined ? undefined : `${formatCount(cost.premiumRequests)} premium`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' + ');
}
