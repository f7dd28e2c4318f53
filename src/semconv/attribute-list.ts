import type { AttributeValue, Attributes } from '../core/attributes.ts';

/** Attributes as they are gathered: what is not known may be listed, and is left out. */
export type AttributeList = readonly (readonly [name: string, value: AttributeValue | undefined])[];

/** List → map without what is not known: undefined and empty text. Later entries win over earlier ones. */
export function toAttributes(list: AttributeList): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of list) {
    if (value !== undefined && value !== '') attributes[name] = value;
  }
  return attributes;
}

/** A count → an OTLP int. What is no number is not known. */
export function toInt(count: number | undefined): bigint | undefined {
  return count === undefined || !Number.isFinite(count) ? undefined : BigInt(Math.round(count));
}
