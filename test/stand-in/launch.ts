/** The stand-in as real processes: a `kiro-cli` for the PATH, and sessions whose every process is one of the system's. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Played, PlayedSession } from './played.ts';
import type { PlayOptions, ProcessRun } from './play-session.ts';
import type { SessionScript } from './script.ts';

/** What the executable is told. */
export interface LaunchFile {
  script: SessionScript;
  run: ProcessRun;
  pace: number;
  shell?: string;
}

/** What it tells when it is done. */
export interface LaunchResult {
  played: Played;
  next?: ProcessRun;
}

const EXECUTABLE = fileURLToPath(new URL('./kiro-cli.ts', import.meta.url));

/** Writes an executable `kiro-cli` into the folder and gives its path. It runs on the node that runs this. */
export function createKiroCli(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'kiro-cli');
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${EXECUTABLE}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/**
 * Plays the session, each process of the agent one of the system's. `calls` and `clock` cannot cross and are not for this.
 * Throws when a process fails.
 */
export async function playInProcesses(script: SessionScript, options: Pick<PlayOptions, 'home' | 'sessionEnvironment' | 'pace' | 'shell'>): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const played: Played = { sessions: [], hookRuns: [] };
  try {
    const kiroCli = createKiroCli(folder);
    let run: ProcessRun | undefined = { fromStep: 0 };
    while (run) {
      const launch: LaunchFile = { script, run, pace: options.pace ?? 0, ...(options.shell ? { shell: options.shell } : {}) };
      const result: LaunchResult = await runKiroCli(kiroCli, folder, launch, options);
      for (const session of result.played.sessions) merge(played.sessions, session);
      played.hookRuns.push(...result.played.hookRuns);
      run = result.next;
    }
    return played;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runKiroCli(kiroCli: string, folder: string, launch: LaunchFile, options: Pick<PlayOptions, 'home' | 'sessionEnvironment'>): Promise<LaunchResult> {
  const [script, out] = [join(folder, 'script.json'), join(folder, 'played.json')];
  writeFileSync(script, JSON.stringify(launch));
  const env = { PATH: process.env.PATH, ...options.sessionEnvironment, HOME: options.home, STAND_IN_SCRIPT: script, STAND_IN_PLAYED: out };
  const child = spawn(kiroCli, ['chat'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`The stand-in left with ${code}: ${complaint}`);
  return JSON.parse(readFileSync(out, 'utf8')) as LaunchResult;
}

function merge(sessions: PlayedSession[], session: PlayedSession): void {
  const known = sessions.find((one) => one.sessionId === session.sessionId);
  if (known) known.turns.push(...session.turns);
  else sessions.push(session);
}
