/**
 * The stand-in's executable. `agent` and `settings` do what an installer asks of the real one. `chat` plays one process of the
 * session that STAND_IN_SCRIPT (a file, see launch.ts) describes, and writes what happened to STAND_IN_PLAYED.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { runAgentCommand, runSettingsCommand, type CommandResult } from './agent-command.ts';
import { kiroHomeOf } from './agent-config.ts';
import type { LaunchFile, LaunchResult } from './launch.ts';
import type { Played } from './played.ts';
import { playProcess } from './play-session.ts';
import { playV1Process } from './v1/play-v1-session.ts';

const VERSION_LINE = 'kiro-cli 2.27.1';

const [verb, ...args] = process.argv.slice(2);
const home = process.env.HOME ?? homedir();
const context = { kiroHome: kiroHomeOf(home, process.env), cwd: process.cwd(), env: process.env };

if (verb === '--version') answer({ exitCode: 0, stdout: VERSION_LINE });
else if (verb === 'agent') answer(runAgentCommand(args, context));
else if (verb === 'settings') answer(runSettingsCommand(args, context));
else if (verb === undefined || verb === 'chat') await chat();
else answer({ exitCode: 2, stderr: `error: unrecognized subcommand '${verb}'` });

async function chat(): Promise<void> {
  const { STAND_IN_SCRIPT: file, STAND_IN_PLAYED: out, ...sessionEnvironment } = process.env;
  if (!file) return answer({ exitCode: 2, stderr: 'error: STAND_IN_SCRIPT names no script to play' });
  const { script, run, pace, shell } = JSON.parse(readFileSync(file, 'utf8')) as LaunchFile;
  const played: Played = { sessions: [], hookRuns: [] };
  const next = await (script.v1 ? playV1Process : playProcess)(script, { home, sessionEnvironment, pace, ...(shell ? { shell } : {}) }, run, played);
  const result: LaunchResult = { played, ...(next ? { next } : {}) };
  if (out) writeFileSync(out, JSON.stringify(result));
}

function answer({ exitCode, stdout, stderr }: CommandResult): void {
  if (stdout !== undefined) process.stdout.write(`${stdout}\n`);
  if (stderr !== undefined) process.stderr.write(`${stderr}\n`);
  process.exitCode = exitCode;
}
