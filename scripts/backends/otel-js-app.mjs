/**
 * A service that is traced with the OpenTelemetry SDK: 2,000 little traces, a log and a counter, sent as the usual variables
 * (OTEL_EXPORTER_OTLP_…) say. The first argument is the exporters' encoding, `proto` or `http` (JSON). Prints the first trace as the SDK has it.
 */
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const TRACES = 2000;
const encoding = process.argv[2];
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${encoding}`);
const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${encoding}`);
const { OTLPMetricExporter } = await import(`@opentelemetry/exporter-metrics-otlp-${encoding}`);

const resource = resourceFromAttributes({ 'service.name': 'bakery', 'service.version': '1.2.3' });
// More than are made, or it would drop some: it never waits.
const traces = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), maxQueueSize: 3 * TRACES })] });
const logs = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
const metrics = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })] });

const tracer = traces.getTracer('bakery.oven', '0.9.0');
let first;
for (let turn = 0; turn < TRACES; turn += 1) {
  const root = tracer.startSpan('POST /bread', { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'POST', loaves: 12, warm: true, share: 0.25, kinds: ['rye', 'spelt'] } });
  const inside = trace.setSpan(context.active(), root);
  const child = tracer.startSpan('knead', { links: [{ context: root.spanContext(), attributes: { why: 'test' } }] }, inside);
  child.addEvent('flour', { grams: 500 });
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'too wet' });
  child.end();
  if (!first) logs.getLogger('bakery.oven').emit({ severityNumber: 9, severityText: 'INFO', body: 'the oven is hot', attributes: { degrees: 230 }, context: inside });
  root.end();
  first ??= [root, child].map((span) => ({ ...span.spanContext(), name: span.name, attributes: span.attributes, startTime: span.startTime, endTime: span.endTime }));
}
metrics.getMeter('bakery.oven').createCounter('loaves', { unit: '{loaf}' }).add(24, { kind: 'rye' });

for (const provider of [traces, logs, metrics]) {
  await provider.forceFlush();
  await provider.shutdown();
}
console.log(JSON.stringify({ traces: TRACES, first }));
