/** Against the window before: how much more or less, coloured where one way is better. */
import type { ReactNode } from 'react';
import { formatChange } from '../models/format.ts';

/** What moves less than that is noise for the eye. */
const VISIBLE_CHANGE = 0.02;

export function ChangeText({ change, lowerIsBetter }: { change: number | undefined; lowerIsBetter?: boolean }): ReactNode {
  if (change === undefined) return null;
  const isFlat = Math.abs(change) < VISIBLE_CHANGE;
  const tone = isFlat || lowerIsBetter === undefined ? 'text-muted' : change > 0 === lowerIsBetter ? 'text-error-text' : 'text-good-text';
  return (
    <span className={`text-xs whitespace-nowrap ${tone}`} title="against the window of the same length before">
      {isFlat ? '±0' : formatChange(change)}
    </span>
  );
}
