/** What Kiro metered for a turn, in its own figures: for people who worked with these. */
import type { Metered } from '../../core/credits.ts';
import { asAmount, asList, asRecord } from '../untrusted.ts';

/** A unit is a plain word; whatever else stands there goes nowhere. */
const UNIT = /^[A-Za-z][A-Za-z_-]{0,39}$/;

/** An entry a request: as many as no turn of a person has, and as much as fits beside all else that a backend takes of one span. */
const MOST_ENTRIES = 500;

/** Entries with a figure (`value`, in V3 `usage`) and its unit. Undefined where there is none, or too many to be read. */
export function toMetered(metering: unknown): Metered[] | undefined {
  const entries = asList(metering).flatMap((entry): Metered[] => {
    const { value, usage, unit, unitPlural } = asRecord(entry) ?? {};
    const amount = asAmount(value ?? usage);
    return amount === undefined ? [] : [{ value: amount, ...toUnit('unit', unit), ...toUnit('unitPlural', unitPlural) }];
  });
  return entries.length > 0 && entries.length <= MOST_ENTRIES ? entries : undefined;
}

function toUnit<K extends 'unit' | 'unitPlural'>(key: K, value: unknown): { [key in K]?: string } {
  return typeof value === 'string' && UNIT.test(value) ? ({ [key]: value } as { [key in K]: string }) : {};
}
