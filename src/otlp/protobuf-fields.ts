/** Reading protobuf messages of strangers field by field: bounds checked, unknown fields counted. */
import type { BinaryReader } from '@bufbuild/protobuf/wire';
import * as tags from './generated/tags.ts';
import type { ProblemCounter } from './problem-counter.ts';

export interface Reading {
  reader: BinaryReader;
  problems: ProblemCounter;
}

export type MessageName = keyof typeof tags;

/** Reads the field with this tag into `target`; false when it does not know the tag. */
export type FieldReader<T> = (reading: Reading, tag: number, target: T) => boolean;

const OFFICIAL_TAGS = new Map(Object.entries(tags).map(([name, fields]) => [name, new Set<number>(Object.values(fields))]));

/** Reads one length-prefixed message into `target`. Throws when a length is wrong: then all that follows would be, too. */
export function readMessage<T>(reading: Reading, message: MessageName, target: T, readField: FieldReader<T>): T {
  const { reader } = reading;
  const length = reader.uint32();
  const end = reader.pos + length;
  readFields(reading, message, { end, target, readField });
  if (reader.pos !== end) throw new Error('a field ends beyond its message');
  return target;
}

/** Reads fields until `end`. Fields of the official schema that `readField` does not want are skipped without a word. */
export function readFields<T>(reading: Reading, message: MessageName, into: { end: number; target: T; readField: FieldReader<T> }): void {
  const { reader } = reading;
  while (reader.pos < into.end) {
    const tag = reader.uint32();
    if (!into.readField(reading, tag, into.target)) skipField(reading, tag, message);
  }
}

function skipField(reading: Reading, tag: number, message: MessageName): void {
  const field = tag >>> 3;
  if (field === 0) throw new Error('a field has no number');
  reading.reader.skip(tag & 7, field);
  if (!OFFICIAL_TAGS.get(message)?.has(tag)) reading.problems.add('unknown-field', `${message.toLowerCase()} has an unknown field ${field}`);
}
