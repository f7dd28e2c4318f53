/**
 * Attribute values as they go over the wire. JavaScript has one number type and OTLP has two, so the type is said here:
 * a `bigint` is an OTLP int, a `number` is always a double (a cost of exactly 1 stays a double).
 */
export type AttributeValue = string | boolean | number | bigint | readonly string[];

/** A flat attribute map; a key whose value is not known is not in it. */
export type Attributes = Record<string, AttributeValue>;
