/** `metrics:` of a destination: `true`, or a map of its settings. */
import type { Destination, MetricSettings } from '../../exporters/exporter.ts';
import type { Preset } from '../../exporters/presets/preset.ts';
import { toMetricsUrl, toTracesUrl } from './address.ts';
import { choose, openEntry, readDuration, readText, type Entry } from './entry.ts';
import type { Place } from './parse-scope.ts';

const KEYS = ['interval', 'url', 'temporality'] as const;
const TEMPORALITIES = ['cumulative', 'delta'] as const;

/** OTEL_METRIC_EXPORT_INTERVAL has the same default: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const USUAL_INTERVAL_MILLIS = 60_000;
/** More often tells nothing more: spans become final seconds after what they tell of. */
const SHORTEST_INTERVAL_MILLIS = 1_000;

/** What the rest of the entry says of the destination. */
export interface MetricsOwner {
  /** Of its traces; absent where it is no OTLP over HTTP. */
  url: string | undefined;
  auth: Destination['auth'];
  preset: Pick<Preset, 'title' | 'metrics'> | undefined;
}

/** Undefined: none are wanted, or it is not told where to; in doubt nothing is sent. */
export function readMetrics(entry: Entry, { file, path, subject, problems }: Place, { url: tracesUrl, auth, preset }: MetricsOwner): MetricSettings | undefined {
  const { metrics } = entry.fields;
  if (metrics === undefined || metrics === null || metrics === false) return undefined;
  const refuse = (why: string): undefined => entry.tell('metrics', why) as undefined;
  if (tracesUrl === undefined) return refuse('"metrics" goes only with a "url"');
  if (auth !== undefined) return refuse(`"metrics" does not go with "auth: ${auth}": requests are signed for X-Ray, which takes traces alone`);
  if (preset?.metrics === false) return refuse(`${preset.title} takes no metrics`);
  const own = metrics === true ? undefined : openEntry(file, { path: [...path, 'metrics'], value: metrics, subject: `${subject}: metrics`, keys: KEYS }, problems);
  if (metrics !== true && !own) return undefined;
  const url = readUrl(own, tracesUrl);
  if (url === undefined) {
    if (own?.fields.url === undefined) entry.tell('metrics', `the address of its metrics cannot be told from that of its traces, which does not end in /v1/traces; give "metrics: {url: …}"`);
    return undefined;
  }
  const temporality = own ? choose(own, 'temporality', TEMPORALITIES, 'cumulative') : 'cumulative';
  if (!temporality) return undefined;
  return { url, temporality, intervalMillis: readInterval(own) };
}

function readUrl(own: Entry | undefined, tracesUrl: string): string | undefined {
  const text = own ? readText(own, 'url') : undefined;
  if (text === undefined) return own?.fields.url === undefined || own.fields.url === null ? toMetricsUrl(tracesUrl) : undefined;
  const url = toTracesUrl(text, '/v1/metrics');
  if (typeof url === 'string') return url;
  own?.tell('url', url.reason);
  return undefined;
}

function readInterval(own: Entry | undefined): number {
  const millis = own ? readDuration(own, 'interval') : undefined;
  if (millis === undefined || millis >= SHORTEST_INTERVAL_MILLIS) return millis ?? USUAL_INTERVAL_MILLIS;
  own?.tell('interval', '"interval" is one second at least');
  return USUAL_INTERVAL_MILLIS;
}
