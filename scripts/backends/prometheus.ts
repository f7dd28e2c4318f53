/**
 * A real Prometheus for the interop tests, out of Debian's package, unpacked into a cache folder: `npm run build:prometheus` fetches it once and says
 * where. The tests only look for it.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, installOnce, isInstalled, runProgram, say } from './installing.ts';
import { freePort, startServer, type RunningServer } from './serving.ts';

/** As texts in calls the check would look for dependencies of these names. */
const [APT_GET, DPKG] = ['apt-get', 'dpkg'];
const BUILD = 'npm run build:prometheus';
const HINT = `This needs apt-get and dpkg (Debian, Ubuntu). Then try again: ${BUILD}`;

function folderOf(): string {
  return cacheFolder('prometheus');
}

/** Why the tests cannot run it; undefined: it is there. */
export function findPrometheusFault(): string | undefined {
  return isInstalled(folderOf()) ? undefined : `There is no Prometheus here. Fetch it (10 s, needs apt-get): ${BUILD}`;
}

export interface PrometheusPrograms {
  prometheus: string;
  /** Checks a text as Prometheus would read it. */
  promtool: string;
}

/** Fetches and unpacks it (80 MB, the second time nothing). Throws one sentence when apt-get cannot do it. */
export async function installPrometheus(): Promise<PrometheusPrograms> {
  const folder = folderOf();
  await installOnce(folder, async () => {
    say(`fetching Prometheus into ${folder}`);
    await runProgram(APT_GET, ['download', 'prometheus'], { hint: HINT, cwd: folder });
    const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (file === undefined) throw new Error(`apt-get brought no package. ${HINT}`);
    await runProgram(DPKG, ['-x', file, '.'], { hint: HINT, cwd: folder });
  });
  const programs = { prometheus: join(folder, 'usr/bin/prometheus'), promtool: join(folder, 'usr/bin/promtool') };
  for (const path of Object.values(programs)) if (!existsSync(path)) throw new Error(`There is no ${path}. Remove ${folder}, then try again: ${BUILD}`);
  return programs;
}

export interface RunningPrometheus extends RunningServer {
  /** Its API stands below `<url>/api/v1`. */
  url: string;
}

/** Starts it with its data in `folder`, reading `target` (`127.0.0.1:<port>`) every second. */
export async function startPrometheus(folder: string, target: string): Promise<RunningPrometheus> {
  const { prometheus } = await installPrometheus();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(folder, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [{ job_name: 'spoor', static_configs: [{ targets: [target] }] }] }));
  const args = [`--config.file=${configFile}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, `--web.listen-address=127.0.0.1:${port}`, '--web.console.libraries=/none', '--web.console.templates=/none'];
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/-/ready`)).ok;
  const server = await startServer({ title: 'Prometheus', program: prometheus, args, env: { PATH: process.env.PATH, HOME: folder }, logFile: join(folder, 'prometheus.log'), isReady });
  return { ...server, url };
}

if (import.meta.main) console.log((await installPrometheus()).prometheus);
