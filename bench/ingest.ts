/** OTLP that comes in, until it can be read: the receiver beside the least that such a thing can be, in the same run. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder } from '../scripts/backends/installing.ts';
import { findJaegerFault, startJaeger } from '../scripts/backends/jaeger.ts';
import { newBatches, SPANS_A_BATCH, SPANS_A_TRACE } from './ingest/batches.ts';

const SENDERS = 2;
/** Of each sender: about ten seconds. */
const BATCHES = 200;
const WARM_UP_BATCHES = 20;
const READ_DEADLINE_MILLIS = 60_000;

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
    print('receiver', ours, floor.rate);
    await benchJaeger(join(folder, 'jaeger'), size, ours.rate);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  rate: number;
  cpuMicros: number;
  rssBytes: number[];
}

/** Spans a second from the first batch until all can be counted. */
async function measure(name: 'floor' | 'ours', folder: string, batches: number): Promise<Measured> {
  const server = run(`${name}.ts`, join(folder, `${name}.db`));
  try {
    const url = `http://127.0.0.1:${await server.line()}`;
    const read = async (): Promise<Figures> => (await (await fetch(url, { headers: { connection: 'close' } })).json()) as Figures;
    await sendAll(await openSenders(`${url}/v1/traces`, WARM_UP_BATCHES, 100));
    const senders = await openSenders(`${url}/v1/traces`, batches, 1);
    const before = await read();
    const rssBytes: number[] = [];
    const watch = setInterval(() => void read().then((figures) => rssBytes.push(figures.rssBytes), () => undefined), 5000);
    const start = performance.now();
    await sendAll(senders).finally(() => clearInterval(watch));
    const after = await read();
    const seconds = (performance.now() - start) / 1000;
    const spans = after.spans - before.spans;
    if (spans !== batches * SENDERS * SPANS_A_BATCH) throw new Error(`${name} has ${spans} spans of ${batches * SENDERS * SPANS_A_BATCH}.`);
    return { rate: spans / seconds, cpuMicros: (after.user + after.system - before.user - before.system) / spans, rssBytes: [before.rssBytes, ...rssBytes, after.rssBytes] };
  } finally {
    server.process.kill();
  }
}

/** Until the last trace of each sender can be read. */
async function benchJaeger(folder: string, size: number, ours: number): Promise<void> {
  const fault = isJaegerThere() ? findJaegerFault() : 'it is not built';
  if (fault !== undefined) return console.log(`  Jaeger with badger: not measured, ${fault} (npm run build:jaeger)`);
  const jaeger = await startJaeger(folder, 'badger');
  try {
    const senders = await openSenders(`${jaeger.url}/v1/traces`, size, 1);
    const start = performance.now();
    const told = await sendAll(senders);
    const deadline = Date.now() + READ_DEADLINE_MILLIS;
    for (const { lastTraceId } of told) while (!(await isReadable(jaeger.queryUrl, lastTraceId)) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    const rate = (size * SENDERS * SPANS_A_BATCH) / ((performance.now() - start) / 1000);
    console.log(`  ${'Jaeger 1.76 with badger'.padEnd(34)} ${Math.round(rate).toLocaleString('en').padStart(8)} spans/s   the receiver: ${(ours / rate).toFixed(2)} × it`);
  } finally {
    await jaeger.stop();
  }
}

/** Looked at without building it, which takes minutes. */
function isJaegerThere(): boolean {
  return existsSync(join(cacheFolder('jaeger-1.76.0'), 'installed'));
}

async function isReadable(queryUrl: string, traceId: string): Promise<boolean> {
  const response = await fetch(`${queryUrl}/api/v3/traces/${traceId}`, { headers: { connection: 'close' } });
  return (await response.text()).split('"spanId"').length > SPANS_A_TRACE;
}

/** Ready to send. `seed`: of the first. */
async function openSenders(url: string, batches: number, seed: number): Promise<Child[]> {
  const senders = Array.from({ length: SENDERS }, (_, index) => run('sender.ts', JSON.stringify({ url, batches, seed: seed + index })));
  for (const sender of senders) await sender.line();
  return senders;
}

/** All at once. */
async function sendAll(senders: readonly Child[]): Promise<{ lastTraceId: string }[]> {
  for (const sender of senders) sender.process.stdin.write('go\n');
  return (await Promise.all(senders.map((sender) => sender.line()))).map((line) => JSON.parse(line) as { lastTraceId: string });
}

interface Child {
  process: ChildProcessWithoutNullStreams;
  /** The next line of its output. Rejects when it ends without one. */
  line(): Promise<string>;
}

function run(file: string, argument: string): Child {
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'ingest', file), argument], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${file} ended too soon.`);
      return value as string;
    },
  };
}

function print(name: string, { rate, cpuMicros, rssBytes }: Measured, floor?: number): void {
  const ratio = floor === undefined ? '' : `   ${(rate / floor).toFixed(2)} × the floor`;
  const memory = rssBytes.map((bytes) => Math.round(bytes / 1e6)).join(' ');
  console.log(`  ${name.padEnd(34)} ${Math.round(rate).toLocaleString('en').padStart(8)} spans/s   ${cpuMicros.toFixed(1)} µs of a core each   ${memory} MB${ratio}`);
}

if (import.meta.main) await bench();
