/** Ids of the shapes that Kiro makes, each grown from words: no counter to lose when a session goes on in another process. */
import { createHash } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function digestOf(words: (string | number)[]): Buffer {
  return createHash('sha256').update(words.join('\0')).digest();
}

/** A version 4 UUID that is the same for the same words. */
export function uuidOf(...words: (string | number)[]): string {
  const bytes = digestOf(words).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `tooluse_` and 22 letters or digits, as the service hands them out. */
export function toolUseIdOf(...words: (string | number)[]): string {
  const letters = [...digestOf(words).subarray(0, 22)].map((byte) => ALPHANUMERIC[byte % ALPHANUMERIC.length]);
  return `tooluse_${letters.join('')}`;
}

/** An unsigned 32-bit number that is the same for the same words. */
export function randomOf(...words: (string | number)[]): number {
  return digestOf(words).readUInt32LE(0);
}
