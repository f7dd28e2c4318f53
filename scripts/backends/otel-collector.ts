/**
 * A real OpenTelemetry Collector for the interop tests, built by Go from its modules and no others: `npm run build:otel-collector`
 * builds it once into a cache folder and says where. It takes minutes, so the tests only look for it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, installOnce, isInstalled, runProgram, say } from './installing.ts';
import { freePort, startServer, type RunningServer } from './serving.ts';

/** Pinned, all modules alike: the newest version of which every module that is wanted here can be fetched. */
const VERSION = '0.155.0';

const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** What is built in, by kind. Another list is another build in another folder. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  receivers: [`${CORE}/receiver/otlpreceiver`],
  exporters: [`${CORE}/exporter/debugexporter`, `${CORE}/exporter/otlphttpexporter`, `${CONTRIB}/exporter/fileexporter`],
  extensions: [`${CONTRIB}/extension/sigv4authextension`],
};

const BUILD = 'npm run build:otel-collector';
const HINT = `Install Go 1.25 or newer, then try again: ${BUILD}`;

function folderOf(): string {
  const hash = createHash('sha256').update(JSON.stringify(MODULES)).digest('hex').slice(0, 8);
  return cacheFolder(`otel-collector-${VERSION}-${hash}`);
}

/** Why the tests cannot run it; undefined: it is built. */
export function findCollectorFault(): string | undefined {
  return isInstalled(folderOf()) ? undefined : `There is no OpenTelemetry Collector here. Build it (minutes, needs Go): ${BUILD}`;
}

/** Builds it (about 110 s with an empty module cache, the second time nothing) and gives the path of its program. Throws one sentence when Go cannot do it. */
export async function buildCollector(): Promise<string> {
  const folder = folderOf();
  const build = join(folder, 'build');
  await installOnce(folder, async () => {
    say(`building an OpenTelemetry Collector ${VERSION} in ${folder} (about two minutes)`);
    const env = { ...process.env, GOBIN: folder };
    await runProgram('go', ['install', `${CORE}/cmd/builder@v${VERSION}`], { hint: HINT, env });
    mkdirSync(build);
    writeFileSync(join(folder, 'builder.yaml'), toBuilderConfig());
    // Its last step, `go mod tidy`, asks for a module that only a test of the file exporter wants and that is nowhere to be had.
    await runProgram(join(folder, 'builder'), ['--config', 'builder.yaml', '--skip-compilation'], { hint: HINT, cwd: folder, expected: [0, 1] });
    await runProgram('go', ['mod', 'tidy', '-e'], { hint: HINT, cwd: build });
    await runProgram('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'otelcol'), '.'], { hint: HINT, cwd: build });
    say('the OpenTelemetry Collector is built');
  });
  return join(folder, 'otelcol');
}

/** JSON is YAML. */
function toBuilderConfig(): string {
  const modules = Object.entries(MODULES).map(([kind, paths]) => [kind, paths.map((path) => ({ gomod: `${path} v${VERSION}` }))]);
  return JSON.stringify({ dist: { name: 'otelcol', output_path: './build' }, ...Object.fromEntries(modules) }, null, 2);
}

export interface CollectorLane {
  /** Traces go to `<url>/v1/traces`, metrics to `<url>/v1/metrics`. */
  url: string;
  /** One ExportTraceServiceRequest in JSON a line, as the file exporter writes what came in at `url`. */
  file: string;
  /** The same of metrics. */
  metricsFile: string;
}

export interface RunningCollector extends RunningServer {
  lanes: CollectorLane[];
}

export interface SigningOptions {
  /** Where it sends what it gets: `http://127.0.0.1:<port>/v1/traces`. */
  target: string;
  region: string;
  service: string;
  compression: 'gzip' | 'none';
  headers: Readonly<Record<string, string>>;
  /** AWS's own variables. */
  env: Readonly<Record<string, string>>;
}

/** Starts it as a relay that signs for AWS (its extension sigv4auth), and gives the address it listens at. */
export async function startSigningCollector(folder: string, options: SigningOptions): Promise<RunningServer & { url: string }> {
  const fault = findCollectorFault();
  if (fault !== undefined) throw new Error(fault);
  const { target, region, service, compression, headers } = options;
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = {
    extensions: { sigv4auth: { region, service } },
    receivers: { otlp: { protocols: { http: { endpoint: url.slice('http://'.length) } } } },
    exporters: { otlp_http: { traces_endpoint: target, compression, headers, auth: { authenticator: 'sigv4auth' } } },
    service: { extensions: ['sigv4auth'], telemetry: { metrics: { level: 'none' } }, pipelines: { traces: { receivers: ['otlp'], exporters: ['otlp_http'] } } },
  };
  const configFile = join(folder, 'signing.yaml');
  writeFileSync(configFile, JSON.stringify(config));
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/v1/traces`)).status === 405;
  // Without keys it asks the metadata address of a machine at AWS, and does not start.
  const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...options.env };
  const server = await startServer({ title: 'The OpenTelemetry Collector', program: await buildCollector(), args: ['--config', configFile], env, logFile: join(folder, 'signing.log'), isReady });
  return { ...server, url };
}

/** Starts it with so many lanes, each an OTLP/HTTP receiver of its own in front of a file of its own below `folder`. */
export async function startCollector(folder: string, count: number): Promise<RunningCollector> {
  const fault = findCollectorFault();
  if (fault !== undefined) throw new Error(fault);
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const lanes = ports.map((port, index): CollectorLane => ({ url: `http://127.0.0.1:${port}`, file: join(folder, `lane-${index}.jsonl`), metricsFile: join(folder, `metrics-${index}.jsonl`) }));
  const each = <T>(kind: string, value: (lane: CollectorLane, index: number) => T): Record<string, T> => Object.fromEntries(lanes.map((lane, index) => [`${kind}/${index}`, value(lane, index)]));
  const config = {
    receivers: each('otlp', ({ url }) => ({ protocols: { http: { endpoint: url.slice('http://'.length) } } })),
    exporters: { ...each('file', ({ file }) => ({ path: file, flush_interval: '100ms' })), ...each('file/metrics', ({ metricsFile }) => ({ path: metricsFile, flush_interval: '100ms' })) },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: {
        ...each('traces', (_, index) => ({ receivers: [`otlp/${index}`], exporters: [`file/${index}`] })),
        ...each('metrics', (_, index) => ({ receivers: [`otlp/${index}`], exporters: [`file/metrics/${index}`] })),
      },
    },
  };
  const configFile = join(folder, 'collector.yaml');
  writeFileSync(configFile, JSON.stringify(config));
  // A receiver that is there answers GET with 405.
  const isReady = async (): Promise<boolean> => (await Promise.all(lanes.map(({ url }) => fetch(`${url}/v1/traces`)))).every(({ status }) => status === 405);
  const env = { PATH: process.env.PATH, HOME: folder };
  const server = await startServer({ title: 'The OpenTelemetry Collector', program: await buildCollector(), args: ['--config', configFile], env, logFile: join(folder, 'collector.log'), isReady });
  return { ...server, lanes };
}

/** Starts it as a relay with its own batches and its own queue in memory, and gives the address it listens at. */
export async function startRelay(folder: string, { target, compression }: { target: string; compression: 'gzip' | 'none' }): Promise<RunningServer & { url: string }> {
  const fault = findCollectorFault();
  if (fault !== undefined) throw new Error(fault);
  const url = `http://127.0.0.1:${await freePort()}/v1/traces`;
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: new URL(url).host, max_request_body_size: 20_000_000 } } } },
    exporters: { otlp_http: { traces_endpoint: target, compression, sending_queue: { enabled: true, num_consumers: 1, queue_size: 4_000, block_on_overflow: true } } },
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { traces: { receivers: ['otlp'], exporters: ['otlp_http'] } } },
  };
  const configFile = join(folder, 'relay.yaml');
  writeFileSync(configFile, JSON.stringify(config));
  const isReady = async (): Promise<boolean> => (await fetch(url)).status === 405;
  const env = { PATH: process.env.PATH, HOME: folder };
  const server = await startServer({ title: 'The OpenTelemetry Collector', program: await buildCollector(), args: ['--config', configFile], env, logFile: join(folder, 'relay.log'), isReady });
  return { ...server, url };
}

export interface ForwarderOptions {
  /** All signals go below it: `http://127.0.0.1:<port>`. */
  target: string;
  encoding: 'proto' | 'json';
  compression: 'gzip' | 'none';
}

/** Starts it as what hands on traces, logs and metrics over OTLP/HTTP, and gives the address that they go to. */
export async function startForwarder(folder: string, { target, encoding, compression }: ForwarderOptions): Promise<RunningServer & { url: string }> {
  const fault = findCollectorFault();
  if (fault !== undefined) throw new Error(fault);
  const url = `http://127.0.0.1:${await freePort()}`;
  const pipeline = { receivers: ['otlp'], exporters: ['otlp_http'] };
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: new URL(url).host } } } },
    exporters: { otlp_http: { endpoint: target, encoding, compression } },
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { traces: pipeline, logs: pipeline, metrics: pipeline } },
  };
  const configFile = join(folder, `forwarder-${encoding}-${compression}.yaml`);
  writeFileSync(configFile, JSON.stringify(config));
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/v1/traces`)).status === 405;
  const env = { PATH: process.env.PATH, HOME: folder };
  const server = await startServer({ title: 'The OpenTelemetry Collector', program: await buildCollector(), args: ['--config', configFile], env, logFile: join(folder, 'forwarder.log'), isReady });
  return { ...server, url };
}

if (import.meta.main) console.log(await buildCollector());
