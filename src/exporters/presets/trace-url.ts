/** The page of a trace in the backend's own UI. Pure. */
import type { Destination } from '../exporter.ts';
import type { Preset } from './preset.ts';

const TRACE_ID = /^[0-9a-f]{32}$/;

/**
 * Where a person sees this trace (32 hex digits, as it was sent). Undefined where the backend has no page that is found by a trace's id alone,
 * or where the address does not tell it.
 */
export function toTraceUrl({ traceUrl }: Pick<Preset, 'traceUrl'>, { url, region = '' }: Pick<Destination, 'url' | 'region'>, traceId: string): string | undefined {
  const endpoint = url === undefined ? undefined : URL.parse(url);
  if (traceUrl === undefined || !endpoint || !TRACE_ID.test(traceId) || !/^https?:$/.test(endpoint.protocol)) return undefined;
  if (traceUrl.includes('{region}') && !/^[a-z0-9-]+$/.test(region)) return undefined;
  const places: Record<string, string> = {
    base: `${endpoint.origin}${endpoint.pathname.replace(/\/v1\/traces\/?$/, '').replace(/\/+$/, '')}`,
    host: endpoint.hostname,
    region,
    traceId,
    seconds: traceId.slice(0, 8),
    rest: traceId.slice(8),
  };
  return traceUrl.replaceAll(/\{(\w+)\}/g, (_all, name: string) => places[name] ?? '');
}
