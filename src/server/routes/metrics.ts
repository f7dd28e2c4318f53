/** `GET /metrics`: for Prometheus. */
import type { Gauge } from '../../metrics/to-prometheus-text.ts';
import { PROMETHEUS_CONTENT_TYPES, toPrometheusText } from '../../metrics/to-prometheus-text.ts';
import { prefersOpenMetrics } from '../prefers-open-metrics.ts';
import type { Route, ServerSources } from '../route.ts';

/** As whose figures the collector keeps those of this page. */
const OWN_READER = '';

export const metrics: Route = {
  path: '/metrics',
  summary: 'what was counted since the collector first ran, for Prometheus (OpenMetrics too)',
  answer(sources, { accept }) {
    const format = prefersOpenMetrics(accept) ? 'openmetrics' : 'text';
    const reading = sources.ledger.read(OWN_READER) ?? { series: [] };
    return { contentType: PROMETHEUS_CONTENT_TYPES[format], body: toPrometheusText(reading, { format, gauges: toGauges(sources) }) };
  },
};

function toGauges({ store, outbox, version, nowMillis }: ServerSources): Gauge[] {
  const destinations = outbox.readDestinations();
  const each = (valueOf: (one: (typeof destinations)[number]) => number | undefined): Gauge['samples'] =>
    destinations.flatMap((one) => {
      const value = valueOf(one);
      return value === undefined ? [] : [{ labels: { destination: one.name }, value }];
    });
  return [
    { name: 'spoor_build_info', description: 'The version that runs', samples: [{ labels: { version }, value: 1 }] },
    { name: 'spoor_open_spans', description: 'Spans that have no end yet', samples: [{ labels: {}, value: store.readTotals().pendingSpans }] },
    { name: 'spoor_outbox_waiting_spans', description: 'Spans that wait for a destination', samples: each((one) => one.waiting) },
    { name: 'spoor_outbox_oldest_waiting_seconds', description: 'How long the oldest of them has waited', samples: each((one) => (one.oldestWaitingMillis === undefined ? undefined : Math.max(0, nowMillis() - one.oldestWaitingMillis) / 1000)) },
    { name: 'spoor_outbox_held_spans', description: 'Spans that its full queue has no room for yet', samples: each((one) => one.held?.spans ?? 0) },
    { name: 'spoor_outbox_set_aside_spans', description: 'Spans that a destination refused for good', samples: each((one) => one.setAside) },
    { name: 'spoor_outbox_sent_spans', description: 'Spans that a destination took so far', samples: each((one) => one.sent) },
  ];
}
