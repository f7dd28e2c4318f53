/**
 * The hook for Windows, where there is no sh: `<SPOOR_HOME>/hooks/<agent>.cjs`, which node runs. It does what `shim.ts` does, in one file:
 * the one test, the event into the spool, then a look for the collector. Starting node takes ten times as long as all of the sh form, which
 * is why that is used wherever it can be. For any node from 12 on: agents run whichever is on the PATH.
 */
import { join } from 'node:path';
import { toNodeCommand } from '../agents/hook-command.ts';
import type { Home } from '../config/home.ts';
import type { AgentId } from '../core/agent-id.ts';
import { ENV_ONLY_MARK, MOST_NAMES_TRIED, SPOOL_MARK } from './hook-text.ts';
import { COLLECTOR_VARIABLES, HOOK_VARIABLES, WINDOWS_VARIABLES } from './variables.ts';

export interface NodeHookOptions {
  agent: AgentId;
  version: string;
  /** Absolute path of the node that the collector runs on; where it is gone, the hook's own is tried. */
  node: string;
  /** Absolute path of the collector's entry, then its arguments. */
  entry: readonly [string, ...string[]];
  /** As in `StartScriptOptions`. */
  inherit?: readonly string[];
  /** As in `ShimOptions`. */
  isEnvOnly?: boolean;
}

/** Where the hook of an agent stands on Windows. */
export function nodeHookPath(home: Home, agent: AgentId): string {
  return join(home.hooks, `${agent}.cjs`);
}

/** What an agent's config holds on Windows: see `hook-command.ts`. Silent with exit 0, and reading its input to the end, when the file is gone. */
export function toNodeHookCommand(home: Home, agent: AgentId): string {
  return toNodeCommand(`try{require('${toScriptText(nodeHookPath(home, agent).replaceAll('\\', '/'))}')}catch(e){process.stdin.resume()}`);
}

/** Whatever a shell could read as its own is written as an escape of JavaScript's. */
function toScriptText(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_/:.~-]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Text of `<agent>.cjs`. */
export function toNodeHookText(home: Home, options: NodeHookOptions): string {
  const { agent, version, node, entry, inherit = [], isEnvOnly = false } = options;
  const settings = {
    agent, version, node, entry, isEnvOnly,
    root: home.root, spool: home.spool, pidFile: home.pidFile, startingFile: home.startingFile,
    variables: [...HOOK_VARIABLES.filter((name) => name !== 'PPID'), ...WINDOWS_VARIABLES],
    inherit: [...new Set([...COLLECTOR_VARIABLES, ...WINDOWS_VARIABLES, ...inherit])],
  };
  return `// spoor ${version}: hook of ${agent}${isEnvOnly ? ENV_ONLY_MARK : ''}. Written by \`spoor install\`; changes are lost.
'use strict';
const settings = ${JSON.stringify(settings)};
${BODY}`;
}

const BODY = `const fs = require('fs');
const path = require('path');
const env = process.env;
const { agent, version, spool, pidFile, startingFile } = settings;

// An agent must not see us fail.
process.exitCode = 0;
process.on('uncaughtException', () => {});
// Ctrl-C on the agent must not tear a half-written event.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGBREAK']) try { process.on(signal, () => {}); } catch (error) {}

if (isOff()) readInput(() => {});
else {
  writeEvent();
  // Only now, with the event on disk: a collector that leaves removes its pid file first and reads the spool after.
  try { if (!isCollected()) startCollector(); } catch (error) {}
}

function isOff() {
  const is = (text, ...words) => words.includes((text || '').toLowerCase());
  if (is(env.SPOOR_TRACE_ENABLED || env.ARIZE_TRACE_ENABLED, 'false', '0', 'no', 'off') || is(env.OTEL_SDK_DISABLED, 'true')) return true;
  return settings.isEnvOnly && (env.OTEL_TRACES_EXPORTER === 'none' || !(env.SPOOR_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT || env.PHOENIX_ENDPOINT || env.PHOENIX_COLLECTOR_ENDPOINT || (env.ARIZE_API_KEY && env.ARIZE_SPACE_ID && (env.ARIZE_OTLP_ENDPOINT || env.ARIZE_TRACE_ENABLED))));
}

/** Header, then the input as it comes. What cannot be written is read all the same: the agent never meets a closed pipe. */
function writeEvent() {
  let file = openSpoolFile();
  const write = (bytes) => {
    try {
      for (let done = 0; file !== undefined && done < bytes.length; ) done += fs.writeSync(file, bytes, done);
    } catch (error) {
      file = undefined;
    }
  };
  const named = settings.variables.filter((name) => env[name] !== undefined).map((name) => name + '=' + env[name]);
  write(Buffer.from([${JSON.stringify(SPOOL_MARK)}, agent, String(process.pid), readClock(), ...named, 'PPID=' + process.ppid, '', ''].join('\\0')));
  readInput(write);
  if (file !== undefined) fs.closeSync(file);
}

/** Never a name that is taken: a pid comes back while the earlier file still waits. */
function openSpoolFile() {
  let isMade = false;
  for (let number = 0; number < ${MOST_NAMES_TRIED}; ) {
    try {
      return fs.openSync(path.join(spool, agent + '-' + process.pid + (number > 0 ? '.' + number : '')), 'wx', 0o600);
    } catch (error) {
      if (error.code === 'EEXIST') number++;
      else if (error.code !== 'ENOENT' || isMade) return undefined;
      else try { isMade = true; fs.mkdirSync(spool, { recursive: true, mode: 0o700 }); } catch (failure) { return undefined; }
    }
  }
  return undefined;
}

/** Seconds and microseconds, as bash has them in EPOCHREALTIME. */
function readClock() {
  const { performance } = require('perf_hooks');
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  return Math.floor(micros / 1000000) + '.' + String(micros % 1000000).padStart(6, '0');
}

function readInput(take) {
  // Who was given the event on its command line says so.
  if (typeof globalThis.SPOOR_PAYLOAD === 'string') return take(Buffer.from(globalThis.SPOOR_PAYLOAD));
  const bytes = Buffer.allocUnsafe(65536);
  for (;;) {
    let count = 0;
    try {
      count = fs.readSync(0, bytes, 0, bytes.length, null);
    } catch (error) {
      // Windows says EOF of a pipe that was closed.
      if (error.code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      continue;
    }
    if (count === 0) return;
    take(bytes.subarray(0, count));
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Pid and version of the collector that the pid file names, if that pid lives. */
function readRunning() {
  try {
    const [pid, running] = fs.readFileSync(pidFile, 'latin1').trim().split(' ');
    return isAlive(Number(pid)) ? running : undefined;
  } catch (error) {
    return undefined;
  }
}

/** A pid that lives may be another's by now: one in fifty has the lock asked, by a collector that leaves if it is taken. */
function isCollected() {
  return readRunning() === version && Math.random() >= 0.02;
}

function isNewer(a, b) {
  const numbers = (text) => text.split(/[-+]/)[0].split('.').map(Number);
  const [x, y] = [numbers(a), numbers(b)];
  for (let index = 0; index < Math.max(x.length, y.length); index++) {
    const difference = (x[index] || 0) - (y[index] || 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Unless a newer one runs, or one is being started: as start-collector.sh does. */
function startCollector() {
  const running = readRunning();
  if (running !== undefined && isNewer(running, version)) return;
  fs.accessSync(settings.entry[0], fs.constants.R_OK);
  const starting = claimStart();
  if (starting === undefined) return;
  const node = fs.existsSync(settings.node) ? settings.node : process.execPath;
  const inherited = { SPOOR_HOME: settings.root };
  for (const name of settings.inherit) if (env[name] !== undefined) inherited[name] = env[name];
  const child = require('child_process').spawn(node, settings.entry, { cwd: path.parse(settings.root).root, detached: true, stdio: 'ignore', windowsHide: true, env: inherited });
  child.on('error', () => {});
  if (child.pid) fs.writeSync(starting, child.pid + '\\n');
  fs.closeSync(starting);
  child.unref();
}

/** The starting file, made by us; undefined: somebody is at it. One that a dead starter left, or older than a minute, is taken over. */
function claimStart() {
  for (let tries = 0; tries < 4; tries++) {
    try {
      return fs.openSync(startingFile, 'wx', 0o600);
    } catch (error) {
      if (error.code !== 'EEXIST') return undefined;
    }
    try {
      const starter = fs.readFileSync(startingFile, 'latin1').trim();
      const isBusy = starter === '' || starter === 'wait' || isAlive(Number(starter));
      if (isBusy && Date.now() - fs.statSync(startingFile).mtimeMs < 60000) return undefined;
      fs.unlinkSync(startingFile);
    } catch (error) {}
  }
  return undefined;
}
`;
