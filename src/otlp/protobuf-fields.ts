/** Reading protobuf messages of strangers field by field: bounds checked, unknown fields counted. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Parsed } from '../core/problem.ts';
import * as tags from './generated/tags.ts';
import { createProblemCounter, type ProblemCounter } from './problem-counter.ts';

export interface Reading {
  reader: BinaryReader;
  problems: ProblemCounter;
  /** How many more messages may stand in this request. */
  partsLeft: number;
}

/** The most messages in one request: 64 MiB of spans of 1 kB with twenty attributes each have 2.7 million. What holds more are empty ones, sent to fill our memory. */
export const MAX_PARTS = 4_000_000;

export type MessageName = keyof typeof tags;

/** Reads the field with this tag into `target`; false when it does not know the tag. */
export type FieldReader<T> = (reading: Reading, tag: number, target: T) => boolean;

const OFFICIAL_TAGS = new Map(Object.entries(tags).map(([name, fields]) => [name, new Set<number>(Object.values(fields))]));

/** Bytes of a request → `target`, filled; none where they are no such message at all. `what`: trace, log, metric. Never throws. */
export function parseRequest<T>(bytes: Uint8Array, into: { message: MessageName; what: string; target: T; readField: FieldReader<T> }): Parsed<T> {
  const problems = createProblemCounter();
  try {
    const reading = { reader: new BinaryReader(bytes), problems, partsLeft: MAX_PARTS };
    readFields(reading, into.message, { end: bytes.length, target: into.target, readField: into.readField });
    return { value: into.target, problems: problems.list() };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    return { problems: [...problems.list(), { code: 'bad-protobuf', detail: `Not an OTLP ${into.what} request: ${why}.` }] };
  }
}

/** Reads one length-prefixed message into `target`. Throws when a length is wrong: then all that follows would be, too. */
export function readMessage<T>(reading: Reading, message: MessageName, target: T, readField: FieldReader<T>): T {
  const { reader } = reading;
  if (--reading.partsLeft < 0) throw new Error(`more than ${MAX_PARTS} messages`);
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
