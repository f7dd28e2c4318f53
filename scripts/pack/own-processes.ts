/** Runs the packed program as a user and an agent would, and listens: nothing that Node has to say may reach anybody. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { HookRun } from '../../test/stand-in/hook-runner.ts';
import { playSession } from '../../test/stand-in/play-session.ts';
import { shell, turn } from '../../test/stand-in/script.ts';

export interface Visit {
  /** The unpacked package. */
  root: string;
  /** The Node.js that runs it. */
  node: string;
  /** An empty home. */
  home: string;
}

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** What Node or a library says when it is not asked. */
const CHATTER = /warning|experimental|deprecat|\bat .*node:internal|^\s+at /im;

const AGENT = 'odd-heron';

/** Plays a user's first hour. Gives a line for every expectation: undefined where it was met, else what happened. */
export async function visit({ root, node, home }: Visit): Promise<[string, string | undefined][]> {
  const env = { PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, HOME: home, SPOOR_HOME: join(home, '.spoor'), SHELL: '/bin/sh' };
  const spoor = (...args: string[]): Ran => {
    const ran = spawnSync(node, [join(root, 'bin', 'spoor.mjs'), ...args], { cwd: home, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  };
  const results: [string, string | undefined][] = [];
  const expect = (name: string, ran: Ran, strict = false): void => {
    const isFine = ran.code === 0 && (strict ? ran.err === '' : !CHATTER.test(ran.err));
    results.push([name, isFine ? undefined : `left with ${ran.code} and said: ${ran.err.trim() || '(nothing)'}`]);
  };
  try {
    expect('--version, nothing on stderr', spoor('--version'), true);
    expect('import of the samples', spoor('import', 'kiro', '--from', join(root, 'samples', 'kiro', 'sessions', 'cli')));
    expect('sessions --json, nothing on stderr', spoor('sessions', '--json'), true);
    expect('export, nothing on stderr', spoor('export', '--format', 'otlp-json'), true);
    layAgent(home);
    expect('install', spoor('install', 'kiro', '--agent', AGENT, '--yes'));
    results.push(['hooks say nothing and leave with 0', problemOfHooks(await playAgent(home, env))]);
    expect('collect --once', spoor('collect', '--once'));
    expect('status --json, nothing on stderr', spoor('status', '--json'), true);
    results.push(['the doctor tries the whole chain, and it holds', problemOfDoctor(spoor('doctor', '--json'))]);
    expect('uninstall', spoor('uninstall', 'kiro', '--yes'));
    results.push(['serve answers, and leaves when it is told', await problemOfServing(node, join(root, 'bin', 'spoor.mjs'), env)]);
    results.push(['logs hold no warning of Node', problemOfLogs(join(home, '.spoor', 'logs'))]);
  } finally {
    endCollector(join(home, '.spoor', 'collector.pid'));
  }
  return results;
}

function layAgent(home: string): void {
  const agents = join(home, '.kiro', 'agents');
  mkdirSync(agents, { recursive: true });
  writeFileSync(join(agents, `${AGENT}.json`), `${JSON.stringify({ name: AGENT, tools: ['*'], hooks: {} }, null, 2)}\n`);
}

async function playAgent(home: string, env: Record<string, string>): Promise<HookRun[]> {
  const steps = [turn('Say it.', [{ tools: [shell('say it', 'it\n'), shell('say that', 'that\n')], credits: 0.01 }, { text: 'Said.', credits: 0.005 }])];
  const { hookRuns } = await playSession({ seed: 'packed-heron', agentName: AGENT, steps }, { home, sessionEnvironment: env });
  return hookRuns;
}

function problemOfHooks(runs: HookRun[]): string | undefined {
  if (runs.length !== 7) return `${runs.length} hooks ran instead of 7`;
  const loud = runs.find((run) => run.exitCode !== 0 || run.stdout !== '' || run.stderr !== '');
  return loud && `${loud.event} left with ${loud.exitCode} and said: ${loud.stdout}${loud.stderr}`;
}

/** Hook, spool, collector and store, tried live. What else it finds is about this machine. */
function problemOfDoctor({ out, err }: Ran): string | undefined {
  if (!out.startsWith('{')) return `it printed no report: ${err}`;
  const { chain } = JSON.parse(out) as { chain: { link: string; state: string; seen: string }[] };
  const broken = chain.find(({ state }) => state !== 'ok');
  return chain.length < 4 ? `it tried ${chain.length} links only` : broken && `${broken.link}: ${broken.seen}`;
}

/** The server and what is bundled into it, a question to its threads among them. */
async function problemOfServing(node: string, program: string, env: Record<string, string>): Promise<string | undefined> {
  const child = spawn(node, [program, 'serve', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())).once('close', () => reject(new Error(`it left: ${told}`)));
    });
    for (const path of ['/health', '/metrics', '/api/health', '/api/settings', '/api/tools']) {
      const { status } = await fetch(`${url}${path}`);
      if (status !== 200) return `${path} was answered with ${status}`;
    }
    child.kill('SIGTERM');
    const code = await ended;
    return code === 0 && !CHATTER.test(told) ? undefined : `left with ${code} and said: ${told}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    child.kill('SIGKILL');
  }
}

function problemOfLogs(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  return CHATTER.exec(text)?.[0];
}

/** The collector that the hooks started lingers: it is ours to end. */
function endCollector(pidFile: string): void {
  const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : Number.NaN;
  if (!Number.isInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has left by itself.
  }
}
