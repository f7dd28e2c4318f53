/** What traces and metrics have in common in protobuf: attributes, the resource, the scope. */
import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { AttributeValue, Attributes } from '../core/attributes.ts';
import { entriesOf, isInt64 } from './attribute-value.ts';
import * as tags from './generated/tags.ts';
import type { WireScope } from './trace.ts';

/** A Resource under this tag. */
export function writeResource(writer: BinaryWriter, tag: number, resource: Attributes): void {
  writer.uint32(tag).fork();
  writeAttributes(writer, tags.RESOURCE.attributes, resource);
  writer.join();
}

/** An InstrumentationScope under this tag. */
export function writeScope(writer: BinaryWriter, tag: number, scope: WireScope): void {
  writer.uint32(tag).fork();
  writer.uint32(tags.INSTRUMENTATION_SCOPE.name).string(scope.name);
  if (scope.version) writer.uint32(tags.INSTRUMENTATION_SCOPE.version).string(scope.version);
  writer.join();
}

/** An attribute map as KeyValues under this tag. */
export function writeAttributes(writer: BinaryWriter, tag: number, attributes: Attributes): void {
  for (const [key, value] of entriesOf(attributes)) {
    writer.uint32(tag).fork();
    writer.uint32(tags.KEY_VALUE.key).string(key);
    writer.uint32(tags.KEY_VALUE.value).fork();
    writeValue(writer, value);
    writer.join();
    writer.join();
  }
}

function writeValue(writer: BinaryWriter, value: AttributeValue): void {
  switch (typeof value) {
    case 'string': writer.uint32(tags.ANY_VALUE.stringValue).string(value); return;
    case 'boolean': writer.uint32(tags.ANY_VALUE.boolValue).bool(value); return;
    case 'number': writer.uint32(tags.ANY_VALUE.doubleValue).double(value); return;
    case 'bigint':
      if (isInt64(value)) writer.uint32(tags.ANY_VALUE.intValue).int64(value);
      else writer.uint32(tags.ANY_VALUE.stringValue).string(value.toString());
      return;
    default: writeList(writer, value);
  }
}

function writeList(writer: BinaryWriter, items: readonly string[]): void {
  writer.uint32(tags.ANY_VALUE.arrayValue).fork();
  for (const item of items) {
    writer.uint32(tags.ARRAY_VALUE.values).fork();
    writer.uint32(tags.ANY_VALUE.stringValue).string(item);
    writer.join();
  }
  writer.join();
}
