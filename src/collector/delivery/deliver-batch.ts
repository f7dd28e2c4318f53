/**
 * One batch to one destination, to its end: taken, to be tried again, or in part set aside. Who is at fault when a batch is refused
 * for good is found out: a span is set aside only after the destination refused it alone and took something else after that.
 * A destination that refuses everything (a wrong path, a proxy) is not believed: its spans wait.
 */
import type { ExportResult } from '../../exporters/exporter.ts';
import type { TraceBatch } from '../../otlp/trace.ts';
import type { Link } from './link.ts';
import type { Entry } from './read-entries.ts';

type Failure = Extract<ExportResult, { status: 'failure' }>;

/** taken: nothing of the batch waits any more · waiting: the destination is to be left alone */
export type BatchEnd = 'taken' | 'waiting';

/** So many spans refused one by one, and none taken: it is not the spans. */
const MAX_SUSPECTS = 8;

/** Delivers these. Throws `Stopped` when delivery ends meanwhile: then nothing was marked that is not so. */
export async function deliverBatch(link: Link, entries: readonly Entry[]): Promise<BatchEnd> {
  const { said = [], unsaid = [] } = Object.groupBy(entries, (entry) => (link.isSaid(entry) ? 'said' : 'unsaid'));
  // By themselves: in a request with others they would count as sent.
  if (unsaid.length > 0) link.markUnsaid(unsaid);
  for (const part of link.divide(said)) if ((await deliverPart(link, part)) === 'waiting') return 'waiting';
  return 'taken';
}

async function deliverPart(link: Link, entries: readonly Entry[]): Promise<BatchEnd> {
  if (entries.length === 0) return 'taken';
  const batch = tryToRender(link, entries);
  if (!batch && entries.length === 1) {
    link.setAside(entries.map(({ row }) => row), 'it cannot be written in the dialect of this destination');
    return 'taken';
  }
  if (batch?.resourceSpans.length === 0) {
    link.markUnsaid(entries);
    return 'taken';
  }
  if (!batch || (entries.length > 1 && !link.fits(batch))) {
    for (const half of halve(entries)) if ((await deliverPart(link, half)) === 'waiting') return 'waiting';
    return 'taken';
  }
  const result = await link.send(batch);
  if (result.status === 'failure') return settleRefusal(link, entries, result);
  return settle(link, entries, result);
}

/** Undefined: one of them holds what the dialect did not expect. That must not hold up the others. */
function tryToRender(link: Link, entries: readonly Entry[]): TraceBatch | undefined {
  try {
    return link.render(entries);
  } catch {
    return undefined;
  }
}

function settle(link: Link, entries: readonly Entry[], result: Exclude<ExportResult, Failure>): BatchEnd {
  if (result.status === 'success') {
    link.markSent(entries, result);
    return 'taken';
  }
  link.postpone(entries, result);
  return 'waiting';
}

async function settleRefusal(link: Link, entries: readonly Entry[], refusal: Failure): Promise<BatchEnd> {
  const isProven = entries.every(({ row }) => row.refusedAtMillis !== undefined && row.refusedAtMillis < link.acceptedAtMillis());
  if (entries.length > 1 && !isProven && !(await takesAnything(link))) return giveUp(link, entries, refusal);
  const search: Search = { open: [], suspects: [], refusal, taken: 0, isProven };
  note(link, entries, { search, refusal });
  for (let part = search.open.pop(); part; part = search.open.pop()) {
    const batch = link.render(part);
    if (batch.resourceSpans.length === 0) {
      link.markUnsaid(part);
      continue;
    }
    const result = await link.send(batch);
    if (result.status === 'failure') note(link, part, { search, refusal: result });
    else if (settle(link, part, result) === 'waiting') return 'waiting';
    else search.taken += 1;
    if (isHopeless(search)) return giveUp(link, [...search.suspects, ...search.open.flat()], search.refusal);
  }
  if (search.suspects.length === 0) return 'taken';
  // It may have begun to refuse everything since it last took something.
  if (!isProven && !(await takesAnything(link))) return giveUp(link, search.suspects, search.refusal);
  link.setAside(search.suspects.map(({ row }) => row), search.refusal.message);
  return 'taken';
}

interface Search {
  /** Parts still to be tried, the next one last. */
  open: (readonly Entry[])[];
  /** Refused alone. */
  suspects: Entry[];
  /** The newest refusal of a span alone, else of the batch. */
  refusal: Failure;
  /** Parts that the destination took. */
  taken: number;
  /** The destination refused each of these before, and took others since. */
  isProven: boolean;
}

/** A part was refused: alone it is a suspect, else its halves are tried, the first half first. */
function note(link: Link, part: readonly Entry[], { search, refusal }: { search: Search; refusal: Failure }): void {
  const [only] = part;
  if (only && part.length === 1) {
    search.suspects.push(only);
    search.refusal = refusal;
    return;
  }
  if (refusal.tooLarge) link.learnTooLarge(link.render(part));
  search.open.push(...halve(part).reverse());
}

function isHopeless({ suspects, taken, isProven }: Search): boolean {
  return !isProven && taken === 0 && suspects.length >= MAX_SUSPECTS;
}

function giveUp(link: Link, entries: readonly Entry[], refusal: Failure): BatchEnd {
  link.postpone(entries, { message: refusal.message, refused: true });
  return 'waiting';
}

/** An empty request is valid OTLP and costs the backend nothing: who refuses it too does not refuse because of a span. */
async function takesAnything(link: Link): Promise<boolean> {
  return (await link.send({ resourceSpans: [] })).status === 'success';
}

function halve(entries: readonly Entry[]): [readonly Entry[], readonly Entry[]] {
  const middle = Math.ceil(entries.length / 2);
  return [entries.slice(0, middle), entries.slice(middle)];
}
