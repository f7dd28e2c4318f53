/**
 * The root of a chat store, as far as its form is known: a protobuf message whose field 1, repeated, is the id of a message's blob (32 bytes),
 * and whose field 9 is the address of the folder. Everything else is stepped over.
 */

export interface ChatRoot {
  /** Ids of messages' blobs, as hex, in order. */
  messageIds: string[];
  workspaceUri?: string;
}

const MESSAGE = 1;
const WORKSPACE = 9;
const ID_BYTES = 32;
/** Of a varint of 64 bits. */
const MAX_VARINT_BYTES = 10;

/** The root's bytes → what it lists; undefined where they are no such message. */
export function parseRoot(bytes: Uint8Array): ChatRoot | undefined {
  const root: ChatRoot = { messageIds: [] };
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(bytes, cursor);
    if (tag === undefined) return undefined;
    const field = Math.floor(tag / 8);
    const value = readValue(bytes, cursor, tag % 8);
    if (!value) return undefined;
    if (field === MESSAGE && value.length === ID_BYTES) root.messageIds.push(Buffer.from(value).toString('hex'));
    else if (field === WORKSPACE) root.workspaceUri = Buffer.from(value).toString('utf8');
  }
  return root;
}

/** The bytes of a length-delimited field; none of any other; undefined where the message is torn or no protobuf. */
function readValue(bytes: Uint8Array, cursor: { at: number }, wireType: number): Uint8Array | undefined {
  const none = new Uint8Array();
  if (wireType === 0) return readVarint(bytes, cursor) === undefined ? undefined : none;
  const length = wireType === 2 ? readVarint(bytes, cursor) : wireType === 1 ? 8 : wireType === 5 ? 4 : undefined;
  if (length === undefined || cursor.at + length > bytes.length) return undefined;
  const start = cursor.at;
  cursor.at += length;
  return wireType === 2 ? bytes.subarray(start, cursor.at) : none;
}

/** Exact up to 2^53; lengths and tags are far below. */
function readVarint(bytes: Uint8Array, cursor: { at: number }): number | undefined {
  let value = 0;
  for (let index = 0; index < MAX_VARINT_BYTES; index++) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  return undefined;
}
