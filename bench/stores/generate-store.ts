/** Writes a generated store through the store's own way in, and keeps it for the next time. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { digestOf } from '#spoor/core/ids.ts';
import { toJson } from '#spoor/core/json.ts';
import { ASSEMBLER_VERSION } from '#spoor/core/version.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { packTurn } from '#spoor/store/sqlite/pack-turn.ts';
import { createWorkbench, generateFamily, type FamilyPlan } from './generate-family.ts';
import type { PackedBatch } from './pack-worker.ts';
import { planFamilies, scaleShape, SHAPES, type ShapeName } from './shapes.ts';

/** When the work of a store ends, unless it is asked for otherwise: the same every time. */
export const DEFAULT_UNTIL_MILLIS = Date.parse('2026-06-30T17:00:00Z');
/** About so many spans are handed to the writer at once, and so many such batches are on their way. */
const SPANS_PER_BATCH = 4000;
const BATCHES_AHEAD = 3;

/** A file that is thrown away when it is not finished needs neither a log nor a disk that keeps up; its indexes are large. */
const FAST_PRAGMAS = ['PRAGMA journal_mode = MEMORY', 'PRAGMA synchronous = OFF', 'PRAGMA cache_size = -524288', 'PRAGMA foreign_keys = OFF'];
/** Nothing asks by these while only new rows come: they are built at the end, in the order of their keys. */
const LATE_INDEXES = ['span_session', 'span_trace', 'identity_span', 'span_content_content'];

export interface StoreRequest {
  shape: ShapeName;
  /** Equal seeds, equal stores. */
  seed: number;
  /** 0.01: a hundredth of the sessions and of the spans. Absent: 1. */
  scale?: number;
  /** About when the newest session begins (Unix ms). */
  untilMillis?: number;
  /** Told now and then how many spans are written. */
  onProgress?: (written: number, total: number) => void;
}

/** Writes `spoor.db` at this path, which must not exist. */
export async function generateStore(path: string, { shape, seed, scale = 1, untilMillis = DEFAULT_UNTIL_MILLIS, onProgress }: StoreRequest): Promise<void> {
  if (existsSync(path)) throw new Error(`${path} is there already. Give a path where nothing is.`);
  const scaled = scaleShape(SHAPES[shape], scale);
  const plans = planFamilies(scaled, { seed, untilMillis });
  const store = openStore(path);
  for (const pragma of FAST_PRAGMAS) store.database.sql(pragma).get();
  const worker = new Worker(new URL('./pack-worker.ts', import.meta.url), { workerData: { seed } });
  try {
    const buildIndexes = dropLateIndexes(store);
    await writeAll(store, worker, { batches: toBatches(plans), onWritten: (written) => onProgress?.(written, scaled.spans) });
    buildIndexes();
    store.database.sql('PRAGMA journal_mode = WAL').get();
  } finally {
    await worker.terminate();
    store.close();
  }
}

/** Returns what puts them back as they were. */
function dropLateIndexes({ database }: SqliteStore): () => void {
  const kept = LATE_INDEXES.flatMap((name) => {
    const row = database.sql('SELECT sql FROM sqlite_schema WHERE type = ? AND name = ?').get('index', name);
    if (row) database.sql(`DROP INDEX ${name}`).run();
    return row ? [String(row.sql)] : [];
  });
  return () => {
    for (const sql of kept) database.sql(sql).run();
  };
}

function toBatches(plans: readonly FamilyPlan[]): FamilyPlan[][] {
  const batches: FamilyPlan[][] = [];
  let spans = Infinity;
  for (const plan of plans) {
    if (spans >= SPANS_PER_BATCH) {
      batches.push([]);
      spans = 0;
    }
    batches.at(-1)?.push(plan);
    spans += plan.spans;
  }
  return batches;
}

/** The worker makes the next batches while this one is written. They come in the order in which they were asked for. */
function writeAll(store: SqliteStore, worker: Worker, { batches, onWritten }: { batches: FamilyPlan[][]; onWritten: (spans: number) => void }): Promise<void> {
  let asked = 0;
  let done = 0;
  let written = 0;
  const ask = (): void => {
    if (asked < batches.length) worker.postMessage(batches[asked++]);
  };
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (batch: PackedBatch) => {
      try {
        written += writeBatch(store, batch);
      } catch (error) {
        return reject(error as Error);
      }
      onWritten(written);
      done += 1;
      ask();
      if (done === batches.length) resolve();
    });
    for (let ahead = 0; ahead < BATCHES_AHEAD; ahead += 1) ask();
  });
}

function writeBatch(store: SqliteStore, { sessions, turns, configs }: PackedBatch): number {
  return store.transaction(() => {
    for (const session of sessions) store.saveSession(session);
    for (const { agent, sessionId, parts } of configs) store.saveSessionConfig(agent, sessionId, parts);
    let spans = 0;
    for (const packed of turns) {
      if (!store.insertTurn(packed)) throw new Error(`The generated turn ${packed.turn.rootSpanId} is there twice.`);
      spans += packed.spans.length;
    }
    return spans;
  });
}

/**
 * A home with the generated store in it (`spoor.db`): made at the first time, kept below SPOOR_TEST_CACHE, else ~/.cache/spoor-test. To be
 * read only: who writes copies it first.
 */
export async function openGeneratedHome(request: StoreRequest): Promise<string> {
  const { shape, seed, scale = 1, untilMillis = DEFAULT_UNTIL_MILLIS } = request;
  const scaled = scale === 1 ? '' : `x${scale}`;
  const until = untilMillis === DEFAULT_UNTIL_MILLIS ? '' : `-${untilMillis}`;
  const folder = join(process.env.SPOOR_TEST_CACHE ?? join(homedir(), '.cache', 'spoor-test'), 'stores');
  const home = join(folder, `${shape}${scaled}${until}-${seed}-${toVersion()}`);
  if (existsSync(join(home, 'spoor.db'))) return home;
  const making = `${home}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true, mode: 0o700 });
  await generateStore(join(making, 'spoor.db'), request);
  try {
    renameSync(making, home);
  } catch (error) {
    // Another process was first.
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(join(home, 'spoor.db'))) throw error;
  }
  return home;
}

/** Another schema, generator or way of packing, another version: of a small store, what its rows look like. */
function toVersion(): string {
  const store = openStore(':memory:');
  const schema = store.database.sql('SELECT sql FROM sqlite_schema ORDER BY name').all().map(({ sql }) => String(sql));
  store.close();
  const { sessions, turns, configs } = generateFamily(createWorkbench(1), { index: 1, spans: 400, startMillis: DEFAULT_UNTIL_MILLIS, progress: 1 });
  const rows = turns.map(({ turn, spans }) => toJson(packTurn(turn, spans, 'whole')));
  return digestOf([...schema, String(ASSEMBLER_VERSION), toJson(sessions), toJson(configs), ...rows]).slice(0, 10);
}
