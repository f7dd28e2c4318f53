/** Figures as people read them, in sentences. */
import type { MetricComparison } from '../api/compare.ts';

type Unit = MetricComparison['unit'];

/** `4 min 12 s`, `1,204`, `12.5 %`, `$0.42`. */
export function toFigureText(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms': return toDurationText(value);
    case 'rate': return `${toDigits(value * 100)} %`;
    case 'usd': return `${value < 0 ? '−' : ''}$${Math.abs(value) >= 0.1 || value === 0 ? Math.abs(value).toFixed(2) : Number(Math.abs(value).toPrecision(2))}`;
    default: return toDigits(value);
  }
}

/** With its sign, as a difference. */
export function toDifferenceText(value: number, unit: Unit): string {
  return `${value > 0 ? '+' : ''}${toFigureText(value, unit)}${unit === 'rate' ? ' points' : ''}`;
}

/** `−28 %`: how much more or less than before; undefined where there was nothing. */
export function toChangeText(before: number | undefined, after: number | undefined): string | undefined {
  if (before === undefined || after === undefined || before === 0 || before === after) return undefined;
  const change = (after / before - 1) * 100;
  return `${change > 0 ? '+' : '−'}${Math.abs(change) >= 1000 ? '999' : Math.abs(change) < 1 ? Number(Math.abs(change).toPrecision(1)) : Math.round(Math.abs(change))} %`;
}

/** `p = 0.003`, `p < 0.001`. */
export function toPText(pValue: number): string {
  return pValue < 0.001 ? 'p < 0.001' : `p = ${Number(pValue.toPrecision(2))}`;
}

function toDurationText(millis: number): string {
  const sign = millis < 0 ? '−' : '';
  const length = Math.abs(millis);
  if (length < 999.5) return `${sign}${Math.round(length)} ms`;
  if (length < 59_950) return `${sign}${Number((length / 1000).toFixed(1))} s`;
  const seconds = Math.round(length / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Three significant digits below 100, thousands apart above. */
function toDigits(value: number): string {
  const size = Math.abs(value);
  const text = size >= 100 ? Math.round(size).toLocaleString('en-US') : String(Number(size.toPrecision(3)));
  return `${value < 0 && text !== '0' ? '−' : ''}${text}`;
}
