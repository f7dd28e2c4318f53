/** A recording OTLP/HTTP backend for metrics on loopback, which does as it is told. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { metricsFromJson, metricsToOfficialJson } from '../otlp/official.ts';

/** One number of a request: a counter's value, or a histogram's count and sum. */
export interface ReceivedPoint {
  metric: string;
  resource: Record<string, unknown>;
  attributes: Record<string, unknown>;
  temporality: string;
  from: string;
  until: string;
  value: number;
  count?: number;
}

export interface MetricsBackend {
  /** The full URL of the metrics endpoint. */
  url: string;
  /** What was accepted, request by request. */
  accepted: ReceivedPoint[][];
  /** How often it was asked. */
  asked(): number;
  /** From now on: this status; 'hang': no answer at all. */
  become(mode: number | 'hang'): void;
  close(): Promise<void>;
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

interface Told {
  resourceMetrics?: { resource: { attributes?: KeyValue[] }; scopeMetrics: { metrics: { name: string; sum?: Data; histogram?: Data }[] }[] }[];
}

interface Data {
  aggregationTemporality: string;
  dataPoints: { attributes?: KeyValue[]; startTimeUnixNano: string; timeUnixNano: string; asInt?: string; asDouble?: number; count?: string; sum?: number }[];
}

/** Bytes of a request → its points. `json`: OTLP's JSON. */
export function readPoints(body: Buffer, json: boolean): ReceivedPoint[] {
  const bytes = json ? metricsFromJson(JSON.parse(body.toString('utf8')) as Parameters<typeof metricsFromJson>[0]) : body;
  const told = metricsToOfficialJson(bytes) as unknown as Told;
  return (told.resourceMetrics ?? []).flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ name, sum, histogram }) => {
        const data = sum ?? histogram;
        return (data?.dataPoints ?? []).map((point) => ({
          metric: name,
          resource: toMap(resource.attributes),
          attributes: toMap(point.attributes),
          temporality: data?.aggregationTemporality.replace('AGGREGATION_TEMPORALITY_', '').toLowerCase() ?? '',
          from: point.startTimeUnixNano,
          until: point.timeUnixNano,
          value: Number(point.asInt ?? point.asDouble ?? point.sum ?? 0),
          ...(histogram ? { count: Number(point.count) } : {}),
        }));
      }),
    ),
  );
}

function toMap(list: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** Starts one that takes everything. */
export async function startMetricsBackend(): Promise<MetricsBackend> {
  let mode: number | 'hang' = 200;
  let asked = 0;
  const accepted: ReceivedPoint[][] = [];
  const hanging = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      if (mode === 'hang') return void hanging.add(response);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks);
      if (mode === 200) accepted.push(readPoints(body, request.headers['content-type'] === 'application/json'));
      response.writeHead(mode, { 'content-type': request.headers['content-type'] ?? '' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`,
    accepted,
    asked: () => asked,
    become: (next) => void (mode = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
