/** The thread that keeps `search.db` in step with the store. */
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openReading, type ReadDatabase } from '../open-reading.ts';
import { createSearchIndex, type SearchIndex } from './index-turns.ts';
import { openSearch } from './search-database.ts';
import type { IndexerOrder, IndexerReport, IndexerSetting } from './create-search-indexer.ts';

/** How often it is looked whether something was written: a query of microseconds. */
const LOOK_MILLIS = 500;
/** Behind each step, so that whoever else works has its turn. */
const PAUSE_SHARE = 0.25;
/** The count of what is left reads an index: not at each step. */
const COUNT_MILLIS = 500;

const { database, search, idleMillis } = workerData as IndexerSetting;
let isEnded = false;
/** To end, unless something is to be done. */
let isToRest = false;
let ring: (() => void) | undefined;

parentPort?.on('message', (order: IndexerOrder) => {
  if (order === 'end') isEnded = true;
  if (order === 'rest') isToRest = true;
  ring?.();
});

function post(report: IndexerReport): void {
  parentPort?.postMessage(report);
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    ring = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Waits for what is to be followed: there may be no store yet. */
async function openStore(): Promise<ReadDatabase | undefined> {
  while (!isEnded && !existsSync(database)) await pause(LOOK_MILLIS);
  return isEnded ? undefined : openReading(database);
}

async function follow(index: SearchIndex, { store, giveBack }: { store: ReadDatabase; giveBack(): void }): Promise<void> {
  let seen: unknown;
  let isClean = false;
  let idleSince = 0;
  let isTold = false;
  while (!isEnded) {
    const isResting = isToRest;
    const version = Object.values(store.sql('PRAGMA data_version').get() ?? {})[0];
    if (version !== seen) {
      seen = version;
      [isClean, isToRest, isTold] = [false, false, false];
      await takeAll(index);
      idleSince = performance.now();
    } else if (isResting) return;
    if (!isEnded && !isClean) {
      isClean = index.clean();
      // What it read and wrote is not asked for again.
      if (isClean) giveBack();
    }
    if (isClean && !isTold && performance.now() - idleSince > idleMillis) {
      isTold = true;
      post({ isIdle: true });
    }
    if (!isEnded) await pause(LOOK_MILLIS);
  }
}

async function takeAll(index: SearchIndex): Promise<void> {
  let total = index.countLeft();
  let counted = performance.now();
  post({ left: total });
  for (let isMore = true; isMore && !isEnded; ) {
    const began = performance.now();
    isMore = index.step();
    const took = performance.now() - began;
    if (performance.now() - counted > COUNT_MILLIS) {
      total = index.countLeft();
      counted = performance.now();
      post({ left: total });
    }
    await pause(isMore ? took * PAUSE_SHARE : 0);
  }
  post({ left: index.countLeft() });
}

const store = await openStore();
const db = store && openSearch(search, database);
if (store && db) {
  const giveBack = (): void => {
    store.sql('PRAGMA shrink_memory').get();
    db.exec('PRAGMA shrink_memory');
  };
  try {
    await follow(createSearchIndex(db, store, database), { store, giveBack });
  } finally {
    db.close();
    store.close();
  }
}
parentPort?.close();
