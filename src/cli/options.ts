/** Parsers for option values; what they throw becomes `wrong usage`. */
import { InvalidArgumentError } from 'commander';
import { MOMENT_FORMS, parseMoment } from './terminal/time-text.ts';

/** A time as people type it → Unix ms. */
export function parseMomentOption(text: string, nowMillis: number): number {
  const millis = parseMoment(text, nowMillis);
  if (millis === undefined) throw new InvalidArgumentError(`Write it as ${MOMENT_FORMS}.`);
  return millis;
}

/** A whole number from 1. */
export function parseCountOption(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return count;
}

/** A text that is given once: a second one would silently stand in the place of the first. */
export function parseSingleOption(text: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError('Give it once, and run the command again for another.');
  return text;
}
