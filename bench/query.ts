/**
 * `npm run bench -- query[:scale]`: how long each panel of the dashboard takes over a generated store, beside a raw SELECT of the same rows; what
 * ten times the data costs; one session of 100,000 spans; and how much memory whoever serves has when everything was asked.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createSearchIndexer } from '#spoor/query/search/create-search-indexer.ts';
import { createQueryService, type QueryService } from '#spoor/query/query-service.ts';
import { openReading } from '#spoor/query/open-reading.ts';
import { measureServing } from './query/measure-serving.ts';
import { listPanels, type Panel } from './query/panels.ts';
import { sampleStore } from './query/store-sample.ts';
import { openGeneratedHome } from './stores/generate-store.ts';

const SEED = 7;
const ROUNDS = 30;
const RAW_ROUNDS = 7;
/** What issue and readers may expect: of each panel, of ten times the data, and of memory. */
const MOST_MILLIS = 100;
const MOST_GROWTH = 1.5;

interface Measured {
  panel: Panel;
  p50: number;
  p95: number;
  bytes: number;
  raw?: number;
  /** It could not be asked: why. */
  missing?: string;
}

/** `scale`: 1 is the whole shape, which takes a minute or two to make at the first time, and its index for full text some more. */
export async function bench(scale = 1): Promise<void> {
  const home = await openHome('million', scale);
  const measured = await measureHome(home);
  console.log(`query: ${Math.round(1_000_000 * scale).toLocaleString('en-US')} spans in ${Math.round(20_000 * scale).toLocaleString('en-US')} sessions; ms as asked, threads and JSON included`);
  console.log('  panel                            p50     p95   raw SELECT      kB');
  for (const one of measured) console.log(`  ${one.panel.label.padEnd(30)} ${toLine(one)}`);
  const smaller = await measureHome(await openHome('million', scale / 10));
  console.log('  ten times the data');
  for (const one of measured.filter(({ panel }) => panel.isBounded)) {
    const before = smaller.find(({ panel }) => panel.label === one.panel.label)?.p50 ?? NaN;
    const growth = one.p50 / before;
    console.log(`  ${one.panel.label.padEnd(30)} ${before.toFixed(1).padStart(7)} → ${one.p50.toFixed(1)}   ${growth.toFixed(2)} ×${growth > MOST_GROWTH ? `   more than ${MOST_GROWTH} ×` : ''}`);
  }
  const long = await measureHome(await openHome('long', scale), ['the largest session']);
  console.log(`  one session of ${Math.round(100_000 * scale).toLocaleString('en-US')} spans`);
  for (const one of long) console.log(`  ${one.panel.label.padEnd(30)} ${toLine(one)}`);
  console.log(`  memory: ${await measureServing(home, measured.flatMap(({ panel, missing }) => (missing ? [] : panel.questions)))}`);
}

function toLine({ p50, p95, raw, bytes, missing }: Measured): string {
  if (missing) return `missing: ${missing}`;
  const ms = (value: number): string => value.toFixed(1).padStart(7);
  return `${ms(p50)} ${ms(p95)} ${raw === undefined ? '           -' : `     ${ms(raw)}`} ${(bytes / 1024).toFixed(0).padStart(7)}${p95 > MOST_MILLIS ? `   more than ${MOST_MILLIS} ms` : ''}`;
}

/** Of the cache, with its index for full text. */
async function openHome(shape: 'million' | 'long', scale: number): Promise<string> {
  const home = await openGeneratedHome({ shape, seed: SEED, scale, onProgress: createProgress(`${shape} × ${scale}`) });
  if (shape === 'million' && !existsSync(join(home, 'indexed'))) await buildIndex(home);
  return home;
}

function createProgress(label: string): (written: number, total: number) => void {
  let told = performance.now();
  return (written, total) => {
    if (performance.now() - told < 5000) return;
    told = performance.now();
    console.error(`  making ${label}: ${written} of ${total} spans`);
  };
}

async function buildIndex(home: string): Promise<void> {
  const { writeFileSync } = await import('node:fs');
  const indexer = createSearchIndexer({ database: join(home, 'spoor.db'), search: join(home, 'search.db') });
  // It tells nothing before it has looked for the first time.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const told = createProgress('the index');
  for (let progress = indexer.progress(); progress; progress = indexer.progress()) {
    told(progress.done, progress.total);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await indexer.close();
  writeFileSync(join(home, 'indexed'), '');
}

async function measureHome(home: string, only?: readonly string[]): Promise<Measured[]> {
  const db = openReading(join(home, 'spoor.db'));
  const service = createQueryService({ database: join(home, 'spoor.db'), search: join(home, 'search.db') });
  try {
    const panels = listPanels(sampleStore(db)).filter(({ label }) => !only || only.includes(label));
    const measured: Measured[] = [];
    for (const panel of panels) measured.push({ ...(await measurePanel(service, panel)), ...(panel.raw ? { raw: measureRaw(db, panel.raw) } : {}) });
    return measured;
  } finally {
    await service.close();
    db.close();
  }
}

/** The first time is not counted: it loads the columns, or opens a connection. */
async function measurePanel(service: QueryService, panel: Panel): Promise<Measured> {
  const times: number[] = [];
  let bytes = 0;
  try {
    for (const question of panel.questions.slice(0, 2)) await service.ask(question);
    for (let round = 0; round < ROUNDS; round += 1) {
      const question = panel.questions[round % panel.questions.length];
      const begun = performance.now();
      if (question) bytes = Math.max(bytes, (await service.ask(question)).length);
      times.push(performance.now() - begun);
    }
  } catch (error) {
    return { panel, p50: NaN, p95: NaN, bytes, missing: error instanceof Error ? error.message : String(error) };
  }
  return { panel, p50: toShare(times, 0.5), p95: toShare(times, 0.95), bytes };
}

function measureRaw(db: ReturnType<typeof openReading>, { sql, values }: NonNullable<Panel['raw']>): number {
  const times = Array.from({ length: RAW_ROUNDS }, () => {
    const begun = performance.now();
    db.sqlBig(sql).all(...values);
    return performance.now() - begun;
  });
  return toShare(times.slice(1), 0.5);
}

function toShare(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
}
