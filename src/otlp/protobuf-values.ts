/** Values of strangers, out of protobuf: attributes, resources, scopes. */
import type { Attributes } from '../core/attributes.ts';
import { type AnyValue, MAX_VALUE_DEPTH, setKey, toAttributeValue, toBase64 } from './attribute-value.ts';
import * as tags from './generated/tags.ts';
import { type Reading, readMessage } from './protobuf-fields.ts';
import type { WireScope } from './trace.ts';

/** The fields of a Resource into its attributes. */
export function readResourceField(reading: Reading, tag: number, resource: Attributes): boolean {
  return tag === tags.RESOURCE.attributes && readKeyValue(reading, resource);
}

/** The fields of an InstrumentationScope. */
export function readScopeField({ reader }: Reading, tag: number, scope: WireScope): boolean {
  if (tag === tags.INSTRUMENTATION_SCOPE.name) scope.name = reader.string();
  else if (tag === tags.INSTRUMENTATION_SCOPE.version) scope.version = reader.string() || undefined;
  else return false;
  return true;
}

/** Reads one AnyValue; undefined: it holds nothing. */
export function readAnyValue(reading: Reading): AnyValue | undefined {
  return readMessage<Slot>(reading, 'ANY_VALUE', { key: '', depth: 0 }, readAnyValueField).value;
}

interface Slot {
  key: string;
  value?: AnyValue;
  depth: number;
}

/** Reads one KeyValue into an attribute map; one without a value sets nothing. */
export function readKeyValue(reading: Reading, into: Attributes): true {
  const { key, value } = readMessage<Slot>(reading, 'KEY_VALUE', { key: '', depth: 0 }, readKeyValueField);
  if (value !== undefined) setKey(into, key, toAttributeValue(value));
  return true;
}

function readKeyValueField(reading: Reading, tag: number, slot: Slot): boolean {
  if (tag === tags.KEY_VALUE.key) slot.key = reading.reader.string();
  else if (tag === tags.KEY_VALUE.value) readMessage(reading, 'ANY_VALUE', slot, readAnyValueField);
  else return false;
  return true;
}

function readAnyValueField(reading: Reading, tag: number, slot: Slot): boolean {
  const { reader } = reading;
  switch (tag) {
    case tags.ANY_VALUE.stringValue: slot.value = reader.string(); return true;
    case tags.ANY_VALUE.boolValue: slot.value = reader.bool(); return true;
    case tags.ANY_VALUE.intValue: slot.value = BigInt(reader.int64()); return true;
    case tags.ANY_VALUE.doubleValue: slot.value = reader.double(); return true;
    case tags.ANY_VALUE.bytesValue: slot.value = toBase64(reader.bytes()); return true;
    case tags.ANY_VALUE.arrayValue:
    case tags.ANY_VALUE.kvlistValue: readNested(reading, tag, slot); return true;
    default: return false;
  }
}

function readNested(reading: Reading, tag: number, slot: Slot): void {
  const depth = slot.depth + 1;
  if (depth > MAX_VALUE_DEPTH) {
    reading.problems.add('too-deep', `Values nested deeper than ${MAX_VALUE_DEPTH} levels were left out`);
    reading.reader.bytes();
  } else if (tag === tags.ANY_VALUE.arrayValue) {
    slot.value = readMessage(reading, 'ARRAY_VALUE', { items: [], depth }, readArrayField).items;
  } else {
    slot.value = readMessage(reading, 'KEY_VALUE_LIST', { map: {}, depth }, readMapField).map;
  }
}

/** An empty AnyValue in a list keeps its place. */
function readArrayField(reading: Reading, tag: number, list: { items: AnyValue[]; depth: number }): boolean {
  if (tag !== tags.ARRAY_VALUE.values) return false;
  const slot: Slot = { key: '', depth: list.depth };
  list.items.push(readMessage(reading, 'ANY_VALUE', slot, readAnyValueField).value ?? '');
  return true;
}

function readMapField(reading: Reading, tag: number, list: { map: Record<string, AnyValue>; depth: number }): boolean {
  if (tag !== tags.KEY_VALUE_LIST.values) return false;
  const { key, value } = readMessage<Slot>(reading, 'KEY_VALUE', { key: '', depth: list.depth }, readKeyValueField);
  if (value !== undefined) setKey(list.map, key, value);
  return true;
}
