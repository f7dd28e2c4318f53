/** What Kiro metered for a turn, in its own figures: for people who worked with these. */
import type { Attributes } from '../../core/attributes.ts';
import { asAmount, asList, asRecord } from '../untrusted.ts';

/** A unit is a plain word; whatever else stands there goes nowhere. */
const UNIT = /^[A-Za-z][A-Za-z_-]{0,39}$/;

/** An entry a request: as many as no turn of a person has, and as much as fits beside all else that a backend takes of one span. */
const MOST_ENTRIES = 500;

/** Entries with a figure (`value`, in V3 `usage`) and its unit → `kiro.metering_usage`, JSON in the form that V2 writes. Absent where there is none, or too many to be read. */
export function toMeteringExtra(metering: unknown): Attributes {
  const entries = asList(metering).flatMap((entry) => {
    const { value, usage, unit, unitPlural } = asRecord(entry) ?? {};
    const amount = asAmount(value ?? usage);
    return amount === undefined ? [] : [{ value: amount, unit: toUnit(unit), unitPlural: toUnit(unitPlural) }];
  });
  return entries.length > 0 && entries.length <= MOST_ENTRIES ? { 'kiro.metering_usage': JSON.stringify(entries) } : {};
}

function toUnit(value: unknown): string | undefined {
  return typeof value === 'string' && UNIT.test(value) ? value : undefined;
}
