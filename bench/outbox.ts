/** A backlog for a backend that is down, beside one that is well; how fast it is emptied when the backend is there again; and the OpenTelemetry Collector doing what can be compared. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findCollectorFault, startRelay } from '../scripts/backends/otel-collector.ts';
import type { DrainFigures, FillFigures, QueueOrder } from './outbox/queue.ts';

const SPANS = 1_000_000;
/** What is put through the Collector: enough to be past its start. */
const RELAYED_SPANS = 200_000;
/** Of one core only; where the system cannot say so, it is what it takes. */
const ONE_CORE = process.platform === 'linux' ? ['taskset', '-c', '0'] : [];
const OTHER_CORE = process.platform === 'linux' ? ['taskset', '-c', '1'] : [];

/** `size`: spans. Prints disk and memory of the backlog, the rate of emptying it, and both beside the Collector's. */
export async function bench(size: number = SPANS): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-bench-outbox-'));
  const well = await startSink(0);
  const deadPort = await freePort();
  let healed: Sink | undefined;
  try {
    const path = join(folder, 'spoor.db');
    const address = (port: number): string => `http://127.0.0.1:${port}/v1/traces`;
    const urls = { dead: address(deadPort), well: address(well.port) };
    console.log(`outbox: ${size} spans for a backend that is down, beside one that is well`);
    const filled = await work<FillFigures>({ mode: 'fill', path, spans: size, urls, compression: 'none' }, []);
    console.log(`  queued       ${perSecond(filled.waiting, filled.seconds)} spans/s with the other one served, peak memory ${megabytes(filled.rssBytes)}, store ${megabytes(filled.storeBytes)}, ${filled.outboxBytesARow.toFixed(0)} bytes a row of the outbox`);
    console.log(`  the healthy one was behind by ${filled.longestWaitMillis.toFixed(0)} ms at most, for 500 spans put in at once`);
    healed = await startSink(deadPort);
    const drained = await work<DrainFigures>({ mode: 'drain', path, spans: size, urls: { dead: urls.dead }, compression: 'none' }, ONE_CORE);
    tell('drained, on one core', drained.sent, drained);
    if (drained.sent !== filled.waiting) throw new Error(`${filled.waiting} waited, and ${drained.sent} were sent.`);
    await benchCollector(folder, urls.dead, drained);
  } finally {
    await well.stop();
    await healed?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In memory, with nothing kept on disk: what it does not do is what the store is for. */
async function benchCollector(folder: string, target: string, drained: DrainFigures): Promise<void> {
  const fault = findCollectorFault();
  if (fault !== undefined) return console.log(`  ${fault}`);
  const relay = await startRelay(folder, { target, compression: 'none' });
  try {
    const before = cpuSecondsOf(relay.pid);
    const { seconds, sent } = await runClient(relay.url, target);
    const figures = { seconds, cpuSeconds: cpuSecondsOf(relay.pid) - before, rssBytes: peakOf(relay.pid) };
    tell('OpenTelemetry Collector, from OTLP in memory', sent, figures);
    const ratio = (ours: number, theirs: number): string => (ours / theirs).toFixed(2);
    console.log(`  spoor : Collector  spans/s ${ratio(drained.sent / drained.seconds, sent / seconds)}, CPU a span ${ratio(drained.cpuSeconds / drained.sent, figures.cpuSeconds / sent)}, memory ${ratio(drained.rssBytes, figures.rssBytes)}`);
  } finally {
    await relay.stop();
  }
}

/** From the first request until the sink has as many more as were sent. */
async function runClient(url: string, target: string): Promise<{ sent: number; seconds: number }> {
  const child = start([...OTHER_CORE, process.execPath, '--conditions=spoor-source', join(import.meta.dirname, 'outbox', 'client.ts'), JSON.stringify({ url, spans: RELAYED_SPANS })]);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  await lines.next();
  const came = async (): Promise<number> => ((await (await fetch(target)).json()) as { requests: number }).requests;
  const [before, begun] = [await came(), performance.now()];
  const { value } = await lines.next();
  const { sent, requests } = JSON.parse(String(value)) as { sent: number; requests: number };
  while ((await came()) < before + requests) await new Promise((resolve) => setTimeout(resolve, 5));
  return { sent, seconds: (performance.now() - begun) / 1000 };
}

function tell(label: string, sent: number, { seconds, cpuSeconds, rssBytes }: Pick<DrainFigures, 'seconds' | 'cpuSeconds' | 'rssBytes'>): void {
  console.log(`  ${label}: ${perSecond(sent, seconds)} spans/s, ${perSecond(sent, cpuSeconds)} a second of CPU, peak memory ${megabytes(rssBytes)}`);
}

async function work<T>(order: QueueOrder, core: readonly string[]): Promise<T> {
  const child = start([...core, process.execPath, '--disable-warning=ExperimentalWarning', '--conditions=spoor-source', join(import.meta.dirname, 'outbox', 'queue.ts'), JSON.stringify(order)]);
  let out = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${order.mode} ended with ${String(code)}.`);
  return JSON.parse(out) as T;
}

interface Sink {
  port: number;
  stop(): Promise<void>;
}

async function startSink(port: number): Promise<Sink> {
  const child = start([...OTHER_CORE, process.execPath, join(import.meta.dirname, 'outbox', 'sink.ts'), String(port)]);
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  return {
    port: Number(line),
    stop: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

function start([program = '', ...words]: readonly string[]): ChildProcess {
  return spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Of another process, as Linux tells it: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (a hundredth of a second each). */
function cpuSecondsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function peakOf(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

function perSecond(count: number, seconds: number): string {
  return String(Math.round(count / seconds));
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
