/** Values of strangers as SQLite takes them. */

const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;

/** A time; beyond the year 2262 it is cut to it. */
export function toInt64(unixNano: bigint | undefined): bigint | null {
  if (unixNano === undefined) return null;
  return unixNano > MAX_INT64 ? MAX_INT64 : unixNano;
}

/** Hex digits → bytes. */
export function toIdBytes(hex: string | undefined): Uint8Array | null {
  return hex === undefined ? null : Buffer.from(hex, 'hex');
}
