/** `spoor send`: puts the past in at a rate, sees to it that a collector delivers it, and tells how it went. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findConfigProblem, loadConfig } from '../../config/config.ts';
import { resolveDestination } from '../../config/resolve-destination.ts';
import type { Destination } from '../../exporters/exporter.ts';
import { createOutbox } from '../../outbox/create-outbox.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import { isBusyError } from '../../store/sqlite/failures.ts';
import { openStore } from '../../store/sqlite/open-store.ts';
import type { Store } from '../../store/store.ts';
import { toFingerprint } from '../destinations.ts';
import { DEFAULT_MAX_ROWS } from '../delivery/queue-guard.ts';
import { toGrouping } from '../delivery/place-traces.ts';
import { readCollector } from '../lifecycle/pid-file.ts';
import { runCollector, type CollectorOptions } from '../run-collector.ts';
import { createFeeder, findKeepReason, type Feeder } from './feeder.ts';
import { ReplayError, type ReplayProgress, type ReplayReport, type ReplayRequest } from './replay-report.ts';

export interface ReplayOptions extends CollectorOptions {
  request: ReplayRequest;
  onProgress?(progress: ReplayProgress): void;
}

/** Waiting at once for the destination: enough for the fastest, and what is to be sent next is chosen late. */
const WINDOW_ROWS = 20_000;
const TICK_MILLIS = 50;
/** A destination that took nothing for so long while it had something to take: the rest is left to the collector. */
const PATIENCE_MILLIS = 60_000;
/** A collector that was started for this alone rests no longer between two steps. */
const LINGER_MILLIS = 5_000;

/** Sends. Resolves when all of it was taken, when the destination takes nothing for a minute, or when `signal` says so. Throws ReplayError. */
export async function runReplay(options: ReplayOptions): Promise<ReplayReport> {
  const { request, home } = options;
  const { destination, exclude } = findDestination(options);
  const store = openStore(home.database);
  try {
    const outbox = createOutbox(store.database);
    if (!outbox.readDestination(request.destination)) outbox.addDestination({ name: destination.name, fingerprint: toFingerprint(destination), addedMillis: destination.addedMillis }, Date.now());
    // A look must leave nothing behind: all of a copy would be new.
    const replay = request.asNew && !request.dryRun ? outbox.openReplay(destination.name, JSON.stringify(request.asked), { nowMillis: Date.now(), salt: randomBytes(16).toString('hex') }) : { copy: request.dryRun && request.asNew ? -1 : 0, isResumed: false };
    const feeder = createFeeder({ store, outbox, destination, request, copy: replay.copy, exclude, nowMillis: Date.now });
    const run: Run = { options, store, outbox, destination, exclude, feeder, copy: replay.copy, total: store.countPast(request.filter).spans };
    const error = request.dryRun ? await look(run) : await withCollector(run);
    const report = toReport(run, { isResumed: replay.isResumed, error });
    if (report.isComplete && request.asNew && !request.dryRun) outbox.endReplay(replay.copy, Date.now());
    return report;
  } finally {
    store.close();
  }
}

interface Run {
  options: ReplayOptions;
  store: Store;
  outbox: Outbox;
  destination: Destination;
  exclude: readonly string[] | undefined;
  feeder: Feeder;
  copy: number;
  total: number;
}

function findDestination({ request, home, environment }: ReplayOptions): { destination: Destination; exclude?: readonly string[] } {
  const { value: config, problems } = loadConfig(home, environment);
  const setting = config.destinations.find(({ name }) => name === request.destination);
  if (!setting) {
    const names = config.destinations.map(({ name }) => name).join(', ');
    const wrong = findConfigProblem(problems, request.destination);
    throw new ReplayError(wrong?.detail ?? `There is no destination called ${request.destination}. ${names === '' ? 'None is configured: put one into config.yaml.' : `There are: ${names}.`}`);
  }
  const addedMillis = setting.addedMillis ?? statSync(home.configFile).mtimeMs;
  const resolved = resolveDestination({ ...setting, addedMillis }, environment);
  if (!resolved.value) throw new ReplayError(resolved.problems[0]?.detail ?? `${request.destination} cannot be reached as it is configured.`);
  return { destination: resolved.value, exclude: config.exclude };
}

async function look({ feeder, options }: Run): Promise<string | undefined> {
  while (feeder.feed(1)) {
    if (options.signal.aborted) return 'it was ended before it was through';
    await delay(0);
  }
  return undefined;
}

/** The one that runs delivers; where none does, this process is it for as long as it takes. */
async function withCollector(run: Run): Promise<string | undefined> {
  const { options } = run;
  const over = new AbortController();
  const attend = async (): Promise<void> => {
    try {
      while (!over.signal.aborted) {
        if (readCollector(options.home)?.alive !== true) await runCollector({ ...options, signal: over.signal, lingerMillis: LINGER_MILLIS });
        await delay(TICK_MILLIS);
      }
    } finally {
      // One that fails ends all: nobody would deliver.
      over.abort();
    }
  };
  const attending = attend();
  // Looked at below, when the work is over.
  attending.catch(() => undefined);
  try {
    return await deliver(run, AbortSignal.any([options.signal, over.signal]));
  } finally {
    over.abort();
    await attending;
  }
}

/** Undefined: all was taken; else why not. */
async function deliver(run: Run, signal: AbortSignal): Promise<string | undefined> {
  const { options: { request }, outbox, feeder, destination } = run;
  const window = Math.min(WINDOW_ROWS, destination.queue?.maxRows ?? DEFAULT_MAX_ROWS);
  const patience = createPatience(run);
  const begun = Date.now();
  for (let isMore = true; ; await delay(TICK_MILLIS)) {
    if (signal.aborted) return 'it was ended before it was through';
    const waiting = outbox.countWaiting(destination.name, window);
    const allowed = Math.floor(((Date.now() - begun + TICK_MILLIS) / 1000) * request.rate) - feeder.counts.put;
    if (isMore && allowed > 0 && waiting < window) isMore = whenFree(() => feeder.feed(Math.min(allowed, window - waiting)), true);
    const error = patience();
    tellProgress(run, waiting, error);
    if (!isMore && outbox.countWaiting(destination.name, 1) === 0 && !hasOpenEnvelope(run) && whenFree(() => putEnvelopes(run), 1) === 0) return undefined;
    if (error !== undefined) return error;
  }
}

function tellProgress({ options, feeder, total, outbox, destination }: Run, waiting: number, error: string | undefined): void {
  options.onProgress?.({ done: Math.max(0, feeder.counts.done - waiting), total, waiting, error: error ?? outbox.readDestination(destination.name)?.backoff?.error });
}

/** Another process holds the store for a moment: the next tick comes soon. */
function whenFree<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (!isBusyError(error)) throw error;
    return otherwise;
  }
}

/** Why to wait no longer; undefined as long as the destination takes something now and then. */
function createPatience({ outbox, destination }: Run): () => string | undefined {
  let sent = -1;
  let movedMillis = Date.now();
  return () => {
    const status = outbox.readDestination(destination.name);
    if (!status || status.sent !== sent || status.waiting === 0) [sent, movedMillis] = [status?.sent ?? -1, Date.now()];
    if (Date.now() - movedMillis < PATIENCE_MILLIS) return undefined;
    return status?.backoff?.error ?? `${destination.name} took nothing for ${PATIENCE_MILLIS / 1000} s`;
  };
}

/** Those that were closed, and put in for others, before this replay put in what stands below them. Returns how many. */
function putEnvelopes({ outbox, destination, store, copy }: Run): number {
  const grouping = toGrouping(destination);
  if (grouping === 'turn') return 0;
  return store.transaction(() => outbox.enqueue(outbox.findMissingEnvelopes(destination.name, grouping, copy), destination.name, Date.now(), { copy }));
}

/** One that the collector is about to look at. Those of sessions that go on are not waited for. */
function hasOpenEnvelope({ store, destination }: Run): boolean {
  const grouping = toGrouping(destination);
  return grouping !== 'turn' && store.readDueEnvelopes(Date.now()).some((envelope) => envelope.grouping === grouping);
}

/** Counted out of the outbox itself. */
function toReport({ options: { request }, store, outbox, destination, exclude, feeder, copy }: Run, { isResumed, error }: { isResumed: boolean; error?: string }): ReplayReport {
  const { spans, turns, sessions, openSessions } = store.countPast(request.filter);
  const { put, alreadyThere, sampledOut, textsPending, kept } = feeder.counts;
  const waiting = request.dryRun ? 0 : outbox.countWaiting(destination.name, put);
  const setAside = request.dryRun ? 0 : countSetAside({ store, outbox, destination, exclude, copy, filter: request.filter });
  return {
    destination: destination.name, spans, turns, sessions, openSessions, put, alreadyThere, sampledOut, textsPending, isResumed, waiting, setAside,
    kept: [...kept].map(([reason, count]) => ({ reason, spans: count })),
    sent: request.dryRun ? 0 : Math.max(0, put - waiting - setAside),
    isComplete: error === undefined,
    ...(error === undefined ? {} : { error }),
  };
}

/** What was set aside before in turns that were left now is none of this replay. */
function countSetAside({ store, outbox, destination, exclude, copy, filter }: Pick<Run, 'store' | 'outbox' | 'destination' | 'exclude' | 'copy'> & Pick<ReplayRequest, 'filter'>): number {
  if ((outbox.readDestination(destination.name)?.setAside ?? 0) === 0) return 0;
  let count = 0;
  let page = store.readPastTurns(filter, undefined, 100);
  while (page.length > 0) {
    const turns = page.filter((turn) => findKeepReason(turn, { store, destination, exclude, nowMillis: Date.now }) === undefined);
    count += outbox.countStates(turns.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)), destination.name, copy).setAside;
    page = store.readPastTurns(filter, page.at(-1)?.place, 100);
  }
  return count;
}
