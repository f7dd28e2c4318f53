/**
 * A real Jaeger for the interop tests, built by Go from its own source: `npm run build:jaeger` builds it once into a cache
 * folder and says where. It takes many minutes, so the tests only look for it.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, installOnce, isInstalled, runProgram, say } from './installing.ts';
import { freePort, startServer, type RunningServer } from './serving.ts';

/** Pinned: the newest version that the Go proxy serves as a module; it is Jaeger 2. */
const VERSION = '1.76.0';
const MODULE = `github.com/jaegertracing/jaeger@v${VERSION}`;

const BUILD = 'npm run build:jaeger';
/** A name of its own: as a text in a call the check would look for a dependency of that name. */
const GO = 'go';
const HINT = `Install Go 1.25 or newer, then try again: ${BUILD}`;

/** How many traces the memory store keeps: more than a test sends. */
const MEMORY_TRACES = 100_000;

function folderOf(): string {
  return cacheFolder(`jaeger-${VERSION}`);
}

/** Why the tests cannot run it; undefined: it is built. */
export function findJaegerFault(): string | undefined {
  return isInstalled(folderOf()) ? undefined : `There is no Jaeger here. Build it (ten minutes, needs Go): ${BUILD}`;
}

/**
 * Builds it (8 min on two idle cores, the second time nothing) and gives the path of its program. `go install` refuses its
 * module (a replace in go.mod), so it is built in a copy of its source tree, by its own go.sum.
 */
export async function buildJaeger(): Promise<string> {
  const folder = folderOf();
  const program = join(folder, 'jaeger');
  await installOnce(folder, async () => {
    say(`building Jaeger ${VERSION} in ${folder} (about ten minutes)`);
    const source = join(folder, 'source');
    cpSync(fetchSource(), source, { recursive: true });
    // The module cache is read-only, and so is what is copied from it.
    makeWritable(source);
    await runProgram(GO, ['build', '-trimpath', '-ldflags=-s -w', '-o', program, './cmd/jaeger'], { hint: HINT, cwd: source });
    rmSync(source, { recursive: true, force: true });
    say('Jaeger is built');
  });
  return program;
}

/** The folder of the module's source in Go's cache. */
function fetchSource(): string {
  const told = execFileSync(GO, ['mod', 'download', '-json', MODULE], { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] });
  const { Dir: folder } = JSON.parse(told) as { Dir?: string };
  if (folder === undefined) throw new Error(`\`go mod download ${MODULE}\` told no folder. ${HINT}`);
  return folder;
}

function makeWritable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeWritable(path);
    else if (entry.isFile()) chmodSync(path, 0o600);
  }
}

export type JaegerStorage = 'memory' | 'badger';

export interface RunningJaeger extends RunningServer {
  /** Traces go to `<url>/v1/traces`. */
  url: string;
  /** Its reading API stands below `<queryUrl>/api/v3`. */
  queryUrl: string;
}

/** Starts it with its data in `folder` and waits until it takes and gives. Throws with the end of its log when it does not. */
export async function startJaeger(folder: string, storage: JaegerStorage): Promise<RunningJaeger> {
  const fault = findJaegerFault();
  if (fault !== undefined) throw new Error(fault);
  const [receiver, query, grpc] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `http://127.0.0.1:${receiver}`;
  const queryUrl = `http://127.0.0.1:${query}`;
  const configFile = join(folder, 'jaeger.yaml');
  mkdirSync(folder, { recursive: true });
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
    },
    extensions: {
      jaeger_storage: { backends: { main: toBackend(folder, storage) } },
      jaeger_query: { storage: { traces: 'main' }, http: { endpoint: `127.0.0.1:${query}` }, grpc: { endpoint: `127.0.0.1:${grpc}` } },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${receiver}` } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'main' } },
  };
  writeFileSync(configFile, JSON.stringify(config));
  // A receiver that is there answers GET with 405.
  // A connection that is kept open holds up its end.
  const headers = { connection: 'close' };
  const isReady = async (): Promise<boolean> => (await fetch(`${queryUrl}/api/v3/services`, { headers })).ok && (await fetch(`${url}/v1/traces`, { headers })).status === 405;
  // It traces itself, and at its end tries for ten seconds to tell somebody.
  const env = { PATH: process.env.PATH, HOME: folder, OTEL_TRACES_SAMPLER: 'always_off' };
  const server = await startServer({ title: 'Jaeger', program: await buildJaeger(), args: ['--config', configFile], env, logFile: join(folder, 'jaeger.log'), isReady });
  return { ...server, url, queryUrl };
}

/** JSON is YAML. */
function toBackend(folder: string, storage: JaegerStorage): object {
  if (storage === 'memory') return { memory: { max_traces: MEMORY_TRACES } };
  const [keys, values] = [join(folder, 'keys'), join(folder, 'values')];
  for (const path of [keys, values]) mkdirSync(path, { recursive: true });
  return { badger: { directories: { keys, values }, ephemeral: false } };
}

if (import.meta.main) console.log(await buildJaeger());
