/** A screenshot as a file that a README may hold: the same picture with at most 256 colours. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLOURS = 256;

/** Pixels as 0xrrggbb, row by row. */
interface Picture {
  width: number;
  height: number;
  pixels: Uint32Array;
}

/** PNG of 8 bits a channel, without interlacing, as browsers make them → PNG with a palette. Transparency is dropped. Throws on any other file. */
export function shrinkPng(png: Buffer): Buffer {
  return encode(decode(png));
}

/** Format: https://www.w3.org/TR/png-3/#5DataRep */
function decode(png: Buffer): Picture {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('This is no PNG.');
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), { 2: 3, 6: 4 }[png[25] ?? 0]];
  if (channels === undefined || png[24] !== 8 || png[28] !== 0) throw new Error('Only PNGs with 8 bits a channel and without interlacing are read.');
  const data = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const line = Uint8Array.from(data.subarray(from + 1, from + 1 + stride));
    unfilter(line, above, { type: data[from] ?? 0, channels });
    for (let x = 0; x < width; x++) pixels[y * width + x] = ((line[x * channels] ?? 0) << 16) | ((line[x * channels + 1] ?? 0) << 8) | (line[x * channels + 2] ?? 0);
    above = line;
  }
  return { width, height, pixels };
}

/** In place. Filters: https://www.w3.org/TR/png-3/#9Filter-types */
function unfilter(line: Uint8Array, above: Uint8Array, { type, channels }: { type: number; channels: number }): void {
  for (let at = 0; at < line.length; at++) {
    const [left, up, corner] = [line[at - channels] ?? 0, above[at] ?? 0, at < channels ? 0 : (above[at - channels] ?? 0)];
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][type] ?? 0;
    line[at] = (line[at] ?? 0) + guess;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function encode({ width, height, pixels }: Picture): Buffer {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const colours = choosePalette([...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]));
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(colours, colour)]));
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = indexes.get(pixels[y * width + x] ?? 0) ?? 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([SIGNATURE, toChunk('IHDR', head), toChunk('PLTE', palette), toChunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })), toChunk('IEND', Buffer.alloc(0))]);
}

/**
 * Screens have few colours and the shades of letters between them: the most frequent are nearly all. The rest of the palette goes to what is
 * farthest from them, times how often it is there: a small mark keeps its colour.
 */
function choosePalette(counts: readonly (readonly [colour: number, count: number])[]): number[] {
  const colours = counts.slice(0, MOST_COLOURS / 2).map(([colour]) => colour);
  const left = counts.slice(MOST_COLOURS / 2).map(([colour, count]) => ({ colour, count, distance: toDistance(colours[nearest(colours, colour)] ?? 0, colour) }));
  while (colours.length < MOST_COLOURS && left.length > 0) {
    const { colour } = left.reduce((most, one) => (one.distance * one.count > most.distance * most.count ? one : most));
    colours.push(colour);
    for (const one of left) one.distance = Math.min(one.distance, toDistance(colour, one.colour));
  }
  return colours;
}

function toDistance(one: number, other: number): number {
  return ((one >> 16) - (other >> 16)) ** 2 + (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 + ((one & 255) - (other & 255)) ** 2;
}

function nearest(colours: readonly number[], colour: number): number {
  let [found, least] = [0, Infinity];
  for (const [at, one] of colours.entries()) {
    const distance = toDistance(one, colour);
    if (distance < least) [found, least] = [at, distance];
  }
  return found;
}

function toChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}
