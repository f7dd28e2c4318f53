/** One scenario's world: a home, a project, an agent with our hooks in its settings, a model and a backend. Gone with the test. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { homeAt } from '#spoor/config/home.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { findLiveAgents } from '../../scripts/live-agents.ts';
import { startOtlpBackend, type OtlpBackend } from '../support/otlp-backend.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';
import { readExport, type ExportedSpan } from './exported-span.ts';
import type { LiveAgent, LivePlaces, RunInPlace } from './live-agent.ts';
import { startModelServer, type ModelServer } from './model/model-server.ts';
import { runProgram, signalGroup, type EndedProgram } from './run-program.ts';
import { NOTES_FILE, type Run, type Scenario } from './scenarios.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Nobody listens there: without a network namespace of its own, an agent that would reach out fails at once. */
const DEAD_PROXY = 'http://127.0.0.1:9';
const STOP_DEADLINE_MILLIS = 20_000;

export interface LiveStage {
  places: LivePlaces;
  model: ModelServer;
  backend: OtlpBackend;
  /** `spoor install <agent> --yes`, with the backend as its destination; `words`: more of them. */
  install(...words: string[]): Promise<void>;
  /** `spoor serve` at a free port; gives its address when it listens. */
  serve(): Promise<string>;
  run(run: Run, sessionId?: string): Promise<EndedProgram>;
  /** The agent at a terminal, with these words behind its name. */
  openTerminal(words: readonly string[]): Terminal;
  /** `spoor collect --once`, then all that `spoor export` says. */
  collect(): Promise<ExportedSpan[]>;
  /** What hooks told of these sessions, as it stands in the store. */
  readHookFacts(sessionIds: readonly string[]): Fact[];
  /** What the agent's history alone tells, from a home in which no hook ever came. */
  importAlone(): Promise<ExportedSpan[]>;
  close(): Promise<void>;
}

/** Whether the agent's programs are here: else a sentence why not. */
export function findMissing({ title, programs }: LiveAgent): string | undefined {
  const folder = join(findLiveAgents(), 'node_modules');
  const missing = Object.values(programs).find((file) => !existsSync(join(folder, file)));
  return missing === undefined ? undefined : `${title} is not here (${missing}). To install the agents: node scripts/live-agents.ts`;
}

/** All that a stage's actions work on. */
interface World extends Pick<LiveStage, 'places' | 'model' | 'backend'> {
  agent: LiveAgent;
  root: string;
  /** The agent's, as a person would start it. */
  program: string;
  /** The environment of everything that runs here. */
  env: Record<string, string>;
  /** Process groups of what was started. */
  groups: number[];
}

/** Makes one. Nothing runs yet but the servers. */
export async function openStage(agent: LiveAgent, scenario: Scenario): Promise<LiveStage> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-live-')));
  const [home, project, bin, tmp] = ['home', 'project', 'bin', 'tmp'].map((name) => join(root, name)) as [string, string, string, string];
  for (const folder of [home, project, bin, tmp]) mkdirSync(folder);
  writeFileSync(join(project, NOTES_FILE), 'a note about swans\n');
  for (const [name, file] of Object.entries(agent.programs)) symlinkSync(join(findLiveAgents(), 'node_modules', file), join(bin, name));
  const model = await startModelServer({ wires: agent.wires, parts: scenario.parts, toCall: (call, request) => agent.toCall(call, request, project), respond: agent.respond });
  const backend = await startOtlpBackend();
  const places: LivePlaces = { home, project, modelUrl: model.url, mcpCommand: [process.execPath, join(import.meta.dirname, 'mcp-server.ts')] };
  const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH: path, HOME: home, TMPDIR: tmp, LANG: 'C.UTF-8', SHELL: '/bin/sh', TERM: 'xterm-256color', ...guard(), ...agent.env(places) };
  initCheckout(project, env);
  agent.writeSettings(places);
  const world: World = { agent, root, places, model, backend, env, program: join(bin, Object.keys(agent.programs)[0] ?? ''), groups: [] };
  return { places, model, backend, ...toAgentActions(world), ...toSpoorActions(world), close: () => closeWorld(world) };
}

function toAgentActions({ agent, places, program, env, groups }: World): Pick<LiveStage, 'run' | 'openTerminal'> {
  const cwd = places.project;
  return {
    run: async (run, sessionId) => {
      const inPlace: RunInPlace = { ...run, places, sessionId };
      const { traceParent: parent, interruptAt } = run;
      const shell = parent ? { TRACEPARENT: `00-${parent.traceId}-${parent.spanId}-01` } : undefined;
      const ended = await runProgram({ argv: [program, ...agent.argv(inPlace)], cwd, env: { ...env, ...shell }, interruptAt: interruptAt && join(cwd, interruptAt) });
      groups.push(ended.pid);
      return ended;
    },
    openTerminal: (words) => {
      const terminal = openTerminal({ argv: [program, ...words], cwd, env });
      groups.push(terminal.pid);
      return terminal;
    },
  };
}

function toSpoorActions({ agent, root, places, backend, env, groups }: World): Pick<LiveStage, 'install' | 'serve' | 'collect' | 'readHookFacts' | 'importAlone'> {
  const spoor = async (words: string[], more: Record<string, string> = {}): Promise<string> => {
    const { code, out, err } = await spawnSpoor(words, { env: { ...env, ...more }, cwd: places.project });
    assert.equal(code, 0, `spoor ${words.join(' ')}: ${err}`);
    return out;
  };
  const exportAll = async (more?: Record<string, string>): Promise<ExportedSpan[]> => readExport(await spoor(['export', '--content', 'full'], more));
  return {
    install: async (...words) => void (await spoor(['install', agent.id, '--yes', '--to', backend.url.replace(/\/v1\/traces$/, ''), ...words])),
    serve: () => serveHome(join(places.home, '.spoor'), { env, groups }),
    collect: async () => {
      await spoor(['collect', '--once']);
      return exportAll();
    },
    readHookFacts: (sessionIds) => {
      const store = openStore(homeAt(join(places.home, '.spoor')).database);
      try {
        return store.readFacts(agent.id, sessionIds).filter(({ source }) => source === 'hook');
      } finally {
        store.close();
      }
    },
    importAlone: async () => {
      const elsewhere = { SPOOR_HOME: join(root, 'imported') };
      await spoor(['import', agent.id], elsewhere);
      return exportAll(elsewhere);
    },
  };
}

/** Its own process group, so that it goes with the stage. */
async function serveHome(root: string, { env, groups }: Pick<World, 'env' | 'groups'>): Promise<string> {
  const [program = '', ...words] = spoorCommand;
  const server = spawn(program, [...words, 'serve', '--port', '0'], { env, stdio: 'ignore', detached: true });
  groups.push(server.pid ?? 0);
  const { serverFile } = homeAt(root);
  const deadline = performance.now() + STOP_DEADLINE_MILLIS;
  while (!existsSync(serverFile)) {
    assert.ok(performance.now() < deadline && server.exitCode === null, 'spoor serve did not come up');
    await delay(50);
  }
  return (JSON.parse(readFileSync(serverFile, 'utf8')) as { url: string }).url;
}

async function closeWorld({ root, places, model, backend, groups }: World): Promise<void> {
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
  await stopCollector(join(places.home, '.spoor'));
  await backend.stop();
  await model.stop();
  if (process.env.SPOOR_LIVE_KEEP === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  else process.stderr.write(`kept: ${root}\n`);
}

/** In a network namespace of its own nothing but loopback can be reached. */
function guard(): Record<string, string> {
  if (process.env.SPOOR_TEST_NETWORK === 'loopback') return {};
  return { HTTP_PROXY: DEAD_PROXY, HTTPS_PROXY: DEAD_PROXY, http_proxy: DEAD_PROXY, https_proxy: DEAD_PROXY, NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' };
}

function initCheckout(folder: string, env: Record<string, string>): void {
  // One hash for all: agents tell their models of it.
  const author = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.invalid', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.invalid', GIT_AUTHOR_DATE: '2026-03-04T05:06:07Z', GIT_COMMITTER_DATE: '2026-03-04T05:06:07Z' };
  const git = (...words: string[]): void => assert.equal(spawnSync('git', words, { cwd: folder, env: { ...env, ...author } }).status, 0, `git ${words.join(' ')}`);
  git('init', '--quiet', '--initial-branch', 'live-heron');
  git('add', '.');
  git('commit', '--quiet', '--message', 'Begin');
}

/** The one that hooks started stays for a while. */
async function stopCollector(root: string): Promise<void> {
  const { pidFile } = homeAt(root);
  const deadline = performance.now() + STOP_DEADLINE_MILLIS;
  while (existsSync(pidFile) && performance.now() < deadline) {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    try {
      if (pid > 0) process.kill(pid, 'SIGTERM');
    } catch {
      return;
    }
    await delay(50);
  }
}
