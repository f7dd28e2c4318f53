/**
 * A real Arize Phoenix for the interop tests: installed once into a cache folder, started on loopback with a data folder of
 * the caller's. `node scripts/backends/phoenix.ts` installs it and says where.
 */
import { join } from 'node:path';
import { cacheFolder, installOnce, runProgram, say } from './installing.ts';
import { freePort, startServer, type RunningServer } from './serving.ts';

/** Pinned: the interop test asserts this version's REST answers. */
const PHOENIX_VERSION = '20.26.1';
const HINT = 'Install Python 3 with venv and pip.';

export interface RunningPhoenix extends RunningServer {
  /** `http://127.0.0.1:<port>`; traces go to `<url>/v1/traces`. */
  url: string;
}

/**
 * Installs Phoenix (about 95 s and 850 MB, the second time nothing) and gives the path of its `phoenix` program. Progress goes
 * to stderr. Throws one sentence when python3 or pip cannot do it.
 */
export async function installPhoenix(): Promise<string> {
  const folder = cacheFolder(`phoenix-${PHOENIX_VERSION}`);
  await installOnce(folder, async () => {
    say(`installing arize-phoenix ${PHOENIX_VERSION} into ${folder} (about two minutes)`);
    await runProgram('python3', ['-m', 'venv', join(folder, 'venv')], { hint: HINT });
    await runProgram(join(folder, 'venv', 'bin', 'pip'), ['install', '--no-input', '--progress-bar', 'off', `arize-phoenix==${PHOENIX_VERSION}`], { hint: HINT });
    say('arize-phoenix is installed');
  });
  return join(folder, 'venv', 'bin', 'phoenix');
}

/** Starts Phoenix with its database in `folder` and waits until it answers. Throws with the end of its log when it does not. */
export async function startPhoenix(folder: string): Promise<RunningPhoenix> {
  const program = await installPhoenix();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    PHOENIX_WORKING_DIR: folder,
    PHOENIX_HOST: '127.0.0.1',
    PHOENIX_PORT: String(port),
    PHOENIX_GRPC_PORT: String(await freePort()),
    PHOENIX_TELEMETRY_ENABLED: 'false',
    PHOENIX_ALLOW_EXTERNAL_RESOURCES: 'false',
    PHOENIX_DISABLE_AGENT_ASSISTANT: 'true',
    PHOENIX_LOG_MIGRATIONS: 'false',
  };
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) })).ok;
  const server = await startServer({ title: 'Phoenix', program, args: ['serve'], env, logFile: join(folder, 'phoenix.log'), isReady });
  return { ...server, url };
}

if (import.meta.main) console.log(await installPhoenix());
