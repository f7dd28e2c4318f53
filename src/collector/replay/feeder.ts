/**
 * Puts the past into the outbox, turn by turn in the order of time. What was put in stands there: cut off at any moment, the next one finds
 * out again what is still to be done.
 */
import { nanoToMillis } from '../../core/time.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import type { PastTurn } from '../../store/past.ts';
import type { Store } from '../../store/store.ts';
import { createAboutFinder } from '../delivery/find-about.ts';
import { limitsOf } from '../delivery/link.ts';
import { placeTraces, toGrouping } from '../delivery/place-traces.ts';
import { isSampled } from '../delivery/sampling.ts';
import { findRefusal } from '../delivery/scope.ts';
import { findTimeRefusal } from '../delivery/split-by-time.ts';
import type { ReplayRequest } from './replay-report.ts';

export interface FeederOptions {
  store: Store;
  outbox: Outbox;
  destination: Destination;
  request: Pick<ReplayRequest, 'filter' | 'asNew' | 'changed' | 'dryRun'>;
  /** Under which its rows stand; 0: the ids of the store. */
  copy: number;
  /** The configuration's own: folders whose sessions leave for no destination. */
  exclude?: readonly string[] | undefined;
  nowMillis(): number;
}

export interface FeedCounts {
  /** Spans looked at. */
  done: number;
  put: number;
  alreadyThere: number;
  sampledOut: number;
  textsPending: number;
  /** Spans of turns that the destination does not get or never takes, by the reason. */
  kept: Map<string, number>;
}

export interface Feeder {
  counts: Readonly<FeedCounts>;
  /** Puts in turns until at least so many spans are in, in one transaction. False: the past is through. */
  feed(atLeast: number): boolean;
}

/** Read at once: about 20 spans each. */
const PAGE_TURNS = 50;
/** What stands there already is passed over fast, but others want to write too. */
const TURNS_A_TRANSACTION = 500;

/** Begins with the oldest turn. */
export function createFeeder(options: FeederOptions): Feeder {
  const { store, request } = options;
  const counts: FeedCounts = { done: 0, put: 0, alreadyThere: 0, sampledOut: 0, textsPending: 0, kept: new Map() };
  let page: PastTurn[] = [];
  let after: PastTurn['place'] | undefined;
  let isThrough = false;
  const next = (): PastTurn | undefined => {
    if (page.length === 0 && !isThrough) page = store.readPastTurns(request.filter, after, PAGE_TURNS).reverse();
    const turn = page.pop();
    if (turn) after = turn.place;
    else isThrough = true;
    return turn;
  };
  const work = (atLeast: number): void => {
    const until = counts.put + atLeast;
    for (let turns = 0; turns < TURNS_A_TRANSACTION && counts.put < until; turns += 1) {
      const turn = next();
      if (!turn) return;
      feedTurn(turn, options, counts);
    }
  };
  return {
    counts,
    feed(atLeast) {
      if (request.dryRun) work(atLeast);
      else store.transaction(() => work(atLeast));
      return !isThrough;
    },
  };
}

function feedTurn(turn: PastTurn, options: FeederOptions, counts: FeedCounts): void {
  const { store, destination, request } = options;
  counts.done += turn.spans.length;
  if (turn.isTextPending) {
    counts.textsPending += 1;
    return;
  }
  const { rootSessionId, about } = createAboutFinder(store)(turn);
  const root = { agent: turn.agent, sessionId: rootSessionId };
  if (!isSampled(destination, root)) {
    counts.sampledOut += turn.spans.length;
    return;
  }
  const reason = findKeepReason(turn, options, about);
  if (reason !== undefined) {
    counts.kept.set(reason, (counts.kept.get(reason) ?? 0) + turn.spans.length);
    return;
  }
  const put = request.changed ? feedChanged(turn, options) : feedWhole(turn, options);
  counts.put += put;
  if (!request.changed) counts.alreadyThere += turn.spans.length - put;
  if (put > 0 && !request.dryRun) placeSession(turn, root, options);
}

/** Why this destination does not get the turn, or never takes it; undefined: it does. */
export function findKeepReason(turn: PastTurn, options: Pick<FeederOptions, 'store' | 'destination' | 'exclude' | 'nowMillis'>, about = createAboutFinder(options.store)(turn).about): string | undefined {
  return findRefusal({ ...options.destination, excludeAll: options.exclude }, about)?.reason ?? findAgeRefusal(turn, options);
}

/** By its oldest span: what is younger would come without what it stands below. */
function findAgeRefusal({ spans }: PastTurn, { destination, nowMillis }: Pick<FeederOptions, 'destination' | 'nowMillis'>): string | undefined {
  const starts = spans.map(({ startUnixNano }) => nanoToMillis(startUnixNano));
  return findTimeRefusal({ fromMillis: Math.min(...starts) }, { ...limitsOf(destination), nowMillis: nowMillis() });
}

function feedWhole({ spans }: PastTurn, { outbox, destination, request, copy, nowMillis }: FeederOptions): number {
  const ids = spans.map(({ spanId }) => spanId);
  if (!request.dryRun) outbox.enqueue(ids, destination.name, nowMillis(), { copy });
  // What waits already, from a replay that was cut off or since today, goes out with this one.
  const { absent, setAside, waiting } = outbox.countStates(ids, destination.name, copy);
  return request.dryRun ? absent + setAside + waiting : waiting;
}

/** Of a copy the whole turn: a span alone under a new id would be a piece of nothing. */
function feedChanged(turn: PastTurn, options: FeederOptions): number {
  const { outbox, destination, request, nowMillis } = options;
  const changed = outbox.findChanged(turn.spans.map(({ spanId }) => spanId), destination.name);
  if (changed.length === 0) return 0;
  if (request.asNew) return feedWhole(turn, options);
  return request.dryRun ? changed.length : outbox.enqueueChanged(changed, destination.name, nowMillis());
}

/**
 * Where one trace a session is wanted: all turns of the session get their places at once. Its envelope is closed as soon as a collector
 * looks, and a turn that came later would stand below another one.
 */
function placeSession(turn: PastTurn, session: Pick<PastTurn, 'agent' | 'sessionId'>, { store, destination, nowMillis }: FeederOptions): void {
  const grouping = toGrouping(destination);
  const [first] = turn.spans;
  if (grouping === 'turn' || !first || store.readTracePlace(first.traceId, grouping)) return;
  const turns = store.readPastTurns({ session }, undefined, Number.MAX_SAFE_INTEGER);
  // What still runs is placed when it is delivered.
  const spans = turns.flatMap((one) => (one.isOpen && one.isLive ? [] : one.spans));
  placeTraces(store, spans, { grouping, nowMillis: nowMillis() });
}
