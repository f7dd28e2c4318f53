/** Sends what was counted to one destination, again and again. It has an exporter of its own: whatever becomes of it, spans do not wait for it. */
import { VERSION } from '../../core/version.ts';
import type { Destination, Exporter, ExportResult, MetricSettings } from '../../exporters/exporter.ts';
import type { MetricLedger } from '../../metrics/ledger.ts';
import { toMetricBatch } from '../../metrics/to-metric-batch.ts';
import type { MetricBatch } from '../../otlp/metric.ts';
import { backoffMillis } from '../delivery/backoff.ts';
import type { DeliveryClock } from '../delivery/delivery-options.ts';

export interface MetricLaneParts {
  destination: Destination & { metrics: MetricSettings };
  exporter: Exporter;
  ledger: MetricLedger;
  clock: DeliveryClock;
  random(): number;
  /** One line without content or secrets. `isNew`: the first of its kind in a row. */
  report(problem: { destination: string; message: string; isNew: boolean }): void;
}

export interface MetricLane {
  /** From now on, every interval. */
  start(): void;
  /** Once, if something was counted that it did not get yet, and it is not to be left alone. */
  flush(): Promise<void>;
  /** Cuts what is under way. After it resolved the store may be closed. */
  stop(): Promise<void>;
}

const SCOPE_NAME = 'spoor';
/** In one request: a histogram's point has about 400 bytes, and every receiver takes a megabyte. */
const MOST_SERIES = 2000;

/** Opens no connection yet. */
export function createMetricLane(parts: MetricLaneParts): MetricLane {
  const { destination, ledger, clock, exporter } = parts;
  const { name, metrics } = destination;
  const stopping = Promise.withResolvers<'stopped'>();
  let isStopped = false;
  let running: Promise<void> | undefined;
  let cancelTimer = (): void => {};
  const pass = async (): Promise<void> => {
    try {
      await sendOnce(parts, stopping.promise);
    } catch (error) {
      // The store is held by another process, or broken, which the collector finds out by itself.
      parts.report({ destination: name, message: `its metrics could not be read (${error instanceof Error ? error.name : 'unknown error'})`, isNew: false });
    }
  };
  const run = (): Promise<void> => {
    running ??= pass().finally(() => (running = undefined));
    return running;
  };
  const schedule = (): void => {
    if (isStopped) return;
    const untilMillis = ledger.readBackoff(name)?.nextAttemptMillis ?? 0;
    cancelTimer = clock.setTimer(Math.max(metrics.intervalMillis, untilMillis - clock.nowMillis()), () => void run().then(schedule));
  };
  return {
    start: schedule,
    async flush() {
      const isLeftAlone = (ledger.readBackoff(name)?.nextAttemptMillis ?? 0) > clock.nowMillis();
      if (!isLeftAlone && ledger.isChanged(name)) await run();
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      stopping.resolve('stopped');
      await running;
      await exporter.close();
    },
  };
}

/**
 * Part by part, mostly one: what of it was taken is not sent again, whatever becomes of the rest. A part that is refused for good holds up no
 * other. The first one that is to be tried again ends it.
 */
async function sendOnce(parts: MetricLaneParts, stopped: Promise<'stopped'>): Promise<void> {
  const { destination: { name, metrics: { temporality }, scopeName = SCOPE_NAME }, ledger, clock } = parts;
  const sending = ledger.beginSending(name, { isDelta: temporality === 'delta', nowUnixNano: BigInt(clock.nowMillis()) * 1_000_000n });
  if (!sending) return;
  const told = new Set<string>();
  for (let at = 0; at < sending.series.length; at += MOST_SERIES) {
    const series = sending.series.slice(at, at + MOST_SERIES);
    const batch = toMetricBatch({ ...sending, series }, { scope: { name: scopeName, version: VERSION }, temporality });
    const result = await Promise.race([send(batch, parts.exporter), stopped]);
    // What was under way is sent again by the next one.
    if (result === 'stopped') return;
    if (result.status === 'retryable') return postpone(parts, result);
    ledger.endPart(name, series.map(({ id }) => id));
    const message = result.status === 'failure' ? `metrics were refused for good: ${result.message}` : result.message;
    if (message && !told.has(message)) parts.report({ destination: name, message, isNew: true });
    if (message) told.add(message);
  }
  ledger.endSending(name);
}

async function send(batch: MetricBatch, exporter: Exporter): Promise<ExportResult> {
  return (await exporter.exportMetrics?.(batch)) ?? { status: 'failure', message: 'it takes no metrics' };
}

function postpone({ destination: { name }, ledger, clock, random, report }: MetricLaneParts, { message, retryAfterMillis = 0 }: Extract<ExportResult, { status: 'retryable' }>): void {
  const failures = (ledger.readBackoff(name)?.failures ?? 0) + 1;
  const nextAttemptMillis = clock.nowMillis() + Math.max(retryAfterMillis, backoffMillis(failures, random));
  ledger.saveBackoff(name, { failures, nextAttemptMillis, error: message });
  report({ destination: name, message: `metrics wait: ${message}`, isNew: failures === 1 });
}
