/** Ids as text. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes → lower-case hex digits. */
function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += HEX[byte];
  return hex;
}

/** The longest id that OTLP knows has 16 bytes. */
const MOST_ID_BYTES = 16;

/** An id of strangers → hex digits. One that is too long to be any is one byte longer than the longest: as impossible, and no text of a hundred megabytes. */
export function toIdHex(bytes: Uint8Array): string {
  return toHex(bytes.length > MOST_ID_BYTES ? bytes.subarray(0, MOST_ID_BYTES + 1) : bytes);
}
