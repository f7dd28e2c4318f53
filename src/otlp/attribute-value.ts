import type { AttributeValue, Attributes } from '../core/attributes.ts';

/** An OTLP AnyValue as either decoder reads it: what our attributes can hold, and lists and maps of such. */
export type AnyValue = string | boolean | number | bigint | AnyValue[] | { [key: string]: AnyValue };

/** Deeper lists and maps are cut off: nobody sends them but to break a parser. */
export const MAX_VALUE_DEPTH = 16;

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** AnyValue → attribute value. A list of strings stays a list; any other list or map becomes its JSON text. */
export function toAttributeValue(value: AnyValue): AttributeValue {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? plainNumber(item) : item));
}

/** Sets a key that a stranger chose: `__proto__` becomes a key like any other. */
export function setKey<T>(into: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true });
  else into[key] = value;
}

/** The keys and values of an attribute map, without the empty slots of untyped callers. */
export function entriesOf(attributes: Attributes): [string, AttributeValue][] {
  return Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
}

/** As many arguments as a call may have, and few enough pieces of text for bytes of many megabytes. */
const BASE64_STEP = 8192;

/** Base64 of an OTLP bytes value; our attributes have no bytes. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += BASE64_STEP) binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_STEP));
  return btoa(binary);
}

/** Inside JSON text a number where that is exact, else its digits. */
function plainNumber(value: bigint): number | string {
  return BigInt(Number(value)) === value ? Number(value) : value.toString();
}

/** Whether an OTLP intValue can hold it. */
export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** A moment that fits OTLP's unsigned 64 bits: what is before the epoch or beyond the year 2554 is cut to the edge. */
export function toUint64(unixNano: bigint): bigint {
  if (unixNano < 0n) return 0n;
  return unixNano > MAX_UINT64 ? MAX_UINT64 : unixNano;
}
