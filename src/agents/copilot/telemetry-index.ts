/**
 * Where in a telemetry file the requests of each session stand. All sessions write into the one file, which only grows: it is looked through
 * once, and then from where it ended.
 */
import { closeSync, readSync } from 'node:fs';
import type { Problem } from '../../core/problem.ts';
import type { LinePlace } from '../far-texts.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { openRegularFile } from '../regular-file.ts';

/** Of a larger file only the end counts: months of work stand in it, and more would keep the collector from its other work for seconds. */
const MOST_BYTES = 256 << 20;
/** People have one. */
const MOST_FILES = 4;
/** A request without its content takes a kilobyte; with it, as much as a model takes in. */
const MOST_LINE_BYTES = 16 << 20;

/** Quotes within a JSON text are escaped: these stand in no content. */
const REQUEST = /"gen_ai\.operation\.name"\s*:\s*"chat"/;
const SESSION = /"gen_ai\.conversation\.id"\s*:\s*"([A-Za-z0-9][A-Za-z0-9._-]{0,127})"/;

interface Index {
  inode: number;
  /** The byte up to which it was looked through. */
  end: number;
  places: Map<string, LinePlace[]>;
}

const indexes = new Map<string, Index>();

/** The lines of a session's requests, as they stand in the file. One that is not there has none; one that cannot be read is a problem. */
export function readRequestLines(path: string, sessionId: string): { lines: string[]; problems: Problem[] } {
  const stamp = stampOf(path);
  if (!stamp) return { lines: [], problems: [] };
  const known = indexes.get(path);
  const index = known && known.inode === stamp.inode && known.end <= stamp.size ? known : { inode: stamp.inode, end: Math.max(0, stamp.size - MOST_BYTES), places: new Map() };
  indexes.delete(path);
  indexes.set(path, index);
  for (const oldest of indexes.keys()) if (indexes.size > MOST_FILES) indexes.delete(oldest);
  const problems = stamp.size > index.end ? lookThrough(path, index) : [];
  const places = index.places.get(sessionId) ?? [];
  return { lines: places.length > 0 ? readPlaces(path, places) : [], problems };
}

function lookThrough(path: string, index: Index): Problem[] {
  let last: { text: string; place: LinePlace } | undefined;
  const take = ({ text, place }: { text: string; place: LinePlace }): void => {
    index.end = place.offset + place.length;
    const sessionId = place.length <= MOST_LINE_BYTES && REQUEST.test(text) ? SESSION.exec(text)?.[1] : undefined;
    if (sessionId === undefined) return;
    const places = index.places.get(sessionId);
    if (places) places.push(place);
    else index.places.set(sessionId, [place]);
  };
  const problems = readLines(path, (text, _, place) => {
    if (last) take(last);
    last = { text, place };
  }, { from: index.end });
  // The last may be half-written: it is looked at again then.
  if (last && isJson(last.text)) take(last);
  return problems;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What was there when it was looked through may be something else now: who parses it sees. */
function readPlaces(path: string, places: readonly LinePlace[]): string[] {
  let file: number;
  try {
    file = openRegularFile(path);
  } catch {
    return [];
  }
  try {
    return places.map(({ offset, length }) => {
      const bytes = Buffer.alloc(length);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, length, offset));
    });
  } catch {
    return [];
  } finally {
    closeSync(file);
  }
}
