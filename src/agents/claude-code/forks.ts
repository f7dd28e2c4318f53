/**
 * Which session was forked from which. A fork's file begins with a copy of its origin's, mostly without naming it: sessions that begin
 * with the same record are one family. The oldest is the origin; each later one stands below the one before it, so that what several
 * of them repeat belongs to the oldest that has it.
 */
import type { Transcript } from './folders.ts';
import { readBirth, readHead, readLastTimestamp } from './heads.ts';

/** Files that were made so close together were copied here together: then their records tell which is older. */
const SAME_BIRTH_MILLIS = 2000;

/** Main transcripts → for each fork the session it came out of. */
export function findForks(transcripts: readonly Transcript[]): ReadonlyMap<string, string> {
  const origins = new Map<string, string>();
  const known = new Set(transcripts.map(({ sessionId }) => sessionId));
  const families = Map.groupBy(transcripts, ({ file }) => readHead(file).firstId);
  for (const [firstId, family] of families) {
    if (firstId === undefined || family.length < 2) continue;
    const sorted = sortByAge(family);
    sorted.forEach(({ sessionId, file }, index) => {
      const { forkedFrom } = readHead(file);
      const before = sorted[index - 1];
      const named = sorted.slice(0, index).some((other) => other.sessionId === forkedFrom) ? forkedFrom : undefined;
      if (before) origins.set(sessionId, named ?? before.sessionId);
    });
  }
  for (const { sessionId, file } of transcripts) {
    const { forkedFrom } = readHead(file);
    if (forkedFrom !== undefined && forkedFrom !== sessionId && known.has(forkedFrom) && !origins.has(sessionId) && origins.get(forkedFrom) !== sessionId) origins.set(sessionId, forkedFrom);
  }
  return origins;
}

function sortByAge(family: readonly Transcript[]): Transcript[] {
  const aged = family.map((transcript) => ({ transcript, birth: readBirth(transcript.file), last: readLastTimestamp(transcript.file) }));
  const births = aged.map(({ birth }) => birth);
  const areTold = Math.min(...births) > 0 && Math.max(...births) - Math.min(...births) > SAME_BIRTH_MILLIS;
  return aged
    .sort((a, b) => (areTold ? a.birth - b.birth : 0) || (a.last < b.last ? -1 : a.last > b.last ? 1 : 0) || (a.transcript.sessionId < b.transcript.sessionId ? -1 : 1))
    .map(({ transcript }) => transcript);
}
