/**
 * OTLP that comes in, until it can be read: the receiver beside the least that such a thing can be, and beside Jaeger and Phoenix where they are
 * installed. One after the other, each alone, each with the same warm-up and the same kind of batches.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newBatches, SPANS_A_BATCH } from './ingest/batches.ts';
import { run, type Child } from './ingest/child.ts';
import { findOthers, type Other } from './ingest/others.ts';

const SENDERS = 2;
/** Of each sender: about ten seconds. A multiple of four, for the quarters. */
const BATCHES = 200;
const WARM_UP_BATCHES = 20;
/** Seeds of the warm-up: no trace of it is one of those that are measured. */
const WARM_UP_SEED = 100;
const POLL_MILLIS = 20;

interface Figures {
  spans: number;
  rssBytes: number;
  /** Microseconds of the whole process. */
  user: number;
  system: number;
}

/** `size`: batches that each of the two senders sends. */
export async function bench(size = BATCHES): Promise<void> {
  const bytes = newBatches(1).next().length;
  console.log(`ingest: ${SENDERS} senders, ${size} batches of ${SPANS_A_BATCH} spans each, ${Math.round(bytes / SPANS_A_BATCH)} bytes a span, protobuf`);
  const folder = mkdtempSync(join(tmpdir(), 'spoor-bench-ingest-'));
  try {
    const floor = await measure('floor', folder, size);
    print('floor: HTTP, decoder, raw insert', floor);
    const ours = await measure('ours', folder, size);
    print('receiver', ours, `   ${(ours.rate / floor.rate).toFixed(2)} × the floor`);
    for (const other of findOthers()) {
      const rate = typeof other.start === 'string' ? other.start : await measureOther(other, join(folder, other.name), size);
      if (typeof rate === 'string') console.log(`  ${other.title}: not measured, ${rate}`);
      else console.log(`  ${other.title.padEnd(34)} ${toRate(rate)}   the receiver: ${(ours.rate / rate).toFixed(rate * 10 < ours.rate ? 0 : 2)} × it`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  rate: number;
  cpuMicros: number;
  /** Before the first, at a quarter, at half, at the end. */
  rssBytes: number[];
}

/** Spans a second from the first batch until all can be counted. */
async function measure(name: 'floor' | 'ours', folder: string, batches: number): Promise<Measured> {
  const server = run(`${name}.ts`, join(folder, `${name}.db`));
  try {
    const url = `http://127.0.0.1:${await server.line()}`;
    const read = async (): Promise<Figures> => (await (await fetch(url, { headers: { connection: 'close' } })).json()) as Figures;
    await sendAll(await openSenders(`${url}/v1/traces`, WARM_UP_BATCHES, WARM_UP_SEED));
    const senders = await openSenders(`${url}/v1/traces`, batches, 1);
    const before = await read();
    const rssBytes: Promise<number>[] = [];
    const start = performance.now();
    await sendAll(senders, () => rssBytes.push(read().then((figures) => figures.rssBytes)));
    const after = await read();
    const seconds = (performance.now() - start) / 1000;
    const spans = after.spans - before.spans;
    if (spans !== batches * SENDERS * SPANS_A_BATCH) throw new Error(`${name} has ${spans} spans of ${batches * SENDERS * SPANS_A_BATCH}.`);
    return { rate: spans / seconds, cpuMicros: (after.user + after.system - before.user - before.system) / spans, rssBytes: [before.rssBytes, ...(await Promise.all(rssBytes)), after.rssBytes] };
  } finally {
    await server.stop();
  }
}

/** Spans a second until all can be read; a sentence where they could not in time. */
async function measureOther({ start, mostBatches, deadlineMillis }: Other, folder: string, size: number): Promise<number | string> {
  if (typeof start === 'string') return start;
  const server = await start(folder);
  try {
    const sendUntilRead = async (batches: number, seed: number): Promise<boolean> => {
      const told = await sendAll(await openSenders(server.tracesUrl, batches, seed));
      const deadline = Date.now() + deadlineMillis;
      const isRead = server.toReadCheck(batches * SENDERS * SPANS_A_BATCH, told.map(({ lastTraceId }) => lastTraceId));
      while (!(await isRead())) {
        if (Date.now() > deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
      }
      return true;
    };
    const batches = Math.min(size, mostBatches);
    if (!(await sendUntilRead(Math.min(WARM_UP_BATCHES, batches), WARM_UP_SEED))) return `what was sent to warm it up could not be read after ${deadlineMillis / 1000} s`;
    const began = performance.now();
    if (!(await sendUntilRead(batches, 1))) return `not all could be read ${deadlineMillis / 1000} s after the last was taken`;
    return (batches * SENDERS * SPANS_A_BATCH) / ((performance.now() - began) / 1000);
  } finally {
    await server.stop();
  }
}

/** Ready to send. `seed`: of the first. */
async function openSenders(url: string, batches: number, seed: number): Promise<Child[]> {
  const senders = Array.from({ length: SENDERS }, (_, index) => run('sender.ts', JSON.stringify({ url, batches, seed: seed + index })));
  for (const sender of senders) await sender.line();
  return senders;
}

interface Told {
  /** Absent: it is done. */
  part?: number;
  lastTraceId: string;
}

/** All at once. `onPart`: the first of them has sent a quarter, or half. */
async function sendAll(senders: readonly Child[], onPart: () => void = () => undefined): Promise<Told[]> {
  for (const sender of senders) sender.process.stdin.write('go\n');
  return Promise.all(
    senders.map(async (sender, index) => {
      for (;;) {
        const told = JSON.parse(await sender.line()) as Told;
        if (told.part === undefined) return told;
        if (index === 0) onPart();
      }
    }),
  );
}

function toRate(rate: number): string {
  return `${Math.round(rate).toLocaleString('en').padStart(8)} spans/s`;
}

function print(name: string, { rate, cpuMicros, rssBytes }: Measured, ratio = ''): void {
  const memory = rssBytes.map((bytes) => Math.round(bytes / 1e6)).join(' ');
  console.log(`  ${name.padEnd(34)} ${toRate(rate)}   ${cpuMicros.toFixed(1)} µs of a core each   ${memory} MB${ratio}`);
}

if (import.meta.main) await bench();
