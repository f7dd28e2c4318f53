/** Metrics of the collector: counts what becomes final, and sends it to the destinations that want it. */
import type { Span } from '../../core/span.ts';
import type { Destination, Exporter, MetricSettings } from '../../exporters/exporter.ts';
import { createLedger } from '../../metrics/create-ledger.ts';
import type { Database } from '../../store/database.ts';
import type { InScope } from '../delivery/address-book.ts';
import type { DeliveryClock } from '../delivery/delivery-options.ts';
import type { ContextStore } from '../delivery/render-contexts.ts';
import type { OwnSettings } from '../delivery/settings-for.ts';
import { countSpans, OWN_READER } from './count-spans.ts';
import { createMetricLane, type MetricLane, type MetricLaneParts } from './metric-lane.ts';

export interface MetricsDeskOptions {
  store: ContextStore & { database: Database };
  /** With their secrets. */
  destinations: readonly Destination[];
  /** Configured, and not to be reached as they stand: what they will get is counted. */
  unreachable: readonly Destination[];
  own: OwnSettings;
  createExporter(destination: Destination): Exporter;
  clock: DeliveryClock;
  random(): number;
  report: MetricLaneParts['report'];
}

export interface MetricsDesk {
  /** For the transaction in which these became final: which of them are for which destination. */
  count(spans: readonly Span[], inScope: InScope): void;
  start(): void;
  /** Sends once what was not sent yet, for no longer than until the deadline (Unix ms). */
  flush(deadlineMillis: number): Promise<void>;
  stop(): Promise<void>;
}

type WithMetrics = Destination & { metrics: MetricSettings };

/** Counting begins, where it did not before. Nothing is sent before `start` or `flush`. */
export function createMetricsDesk(options: MetricsDeskOptions): MetricsDesk {
  const { store, own, clock } = options;
  const ledger = createLedger(store.database);
  const nowUnixNano = (): bigint => BigInt(clock.nowMillis()) * 1_000_000n;
  const wanting = new Map([...options.destinations, ...options.unreachable].filter(hasMetrics).map((one) => [one.name, one]));
  for (const reader of [OWN_READER, ...wanting.keys()]) ledger.open(reader, nowUnixNano());
  const lanes = options.destinations.filter(hasMetrics).flatMap((destination) => openLane(destination, { ...options, ledger }));
  return {
    count(spans, inScope) {
      const readers = [...wanting.values()].map((destination) => ({ destination, spans: spans.filter(({ spanId }) => inScope.get(destination.name)?.has(spanId)) }));
      countSpans(spans, readers, { ledger, store, own, nowUnixNano: nowUnixNano() });
    },
    start: () => lanes.forEach((lane) => lane.start()),
    async flush(deadlineMillis) {
      let cancel = (): void => {};
      const late = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, deadlineMillis - clock.nowMillis()));
        cancel = () => clearTimeout(timer);
      });
      await Promise.race([Promise.all(lanes.map((lane) => lane.flush())), late]).finally(cancel);
    },
    async stop() {
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}

function hasMetrics(destination: Destination): destination is WithMetrics {
  return destination.metrics !== undefined;
}

/** An exporter that cannot be made is told by the delivery of spans, which has the same one. */
function openLane(destination: WithMetrics, { ledger, createExporter, clock, random, report }: MetricsDeskOptions & Pick<MetricLaneParts, 'ledger'>): MetricLane[] {
  try {
    const exporter = createExporter({ ...destination, url: destination.metrics.url });
    return [createMetricLane({ destination, exporter, ledger, clock, random, report })];
  } catch {
    return [];
  }
}
