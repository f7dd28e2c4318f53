/** A user's home with Kiro, our hooks in it, and the collector's pipeline over its store, stepped by hand: no process of ours lives on its own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import { agents } from '#spoor/agents/index.ts';
import type { Delivery } from '#spoor/collector/deliver.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { createPipeline, type Pipeline } from '#spoor/collector/pipeline.ts';
import type { EndedTurn } from '#spoor/collector/reconcile.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import type { Span } from '#spoor/core/span.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { Played } from '../stand-in/played.ts';
import { playSession } from '../stand-in/play-session.ts';
import type { Scenario } from '../stand-in/script.ts';

export interface TracedHome {
  /** The user's home folder. */
  root: string;
  home: Home;
  environment: AgentEnvironment;
  store: SqliteStore;
  pipeline: Pipeline;
  /** Spans that became final and would be delivered, in order. */
  delivered: Span[];
  /** Moves the collector's clock, so that no test waits for a deadline. */
  passTime(millis: number): void;
  /** Puts our hooks into the agent that every session of the home runs under. */
  installHooks(): void;
  close(): void;
}

const AGENT = 'default-badger';
const HOOKED = ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'];

export interface TracedHomeOptions {
  /** false: the agent exists, without hooks. */
  hooked: boolean;
  /** A delivery over the store, which gets what becomes final as well. */
  createDelivery?(store: SqliteStore, nowMillis: () => number): Pick<Delivery, 'enqueue' | 'enqueueEnvelope'>;
}

/** Makes one. */
export function createTracedHome(options: TracedHomeOptions): TracedHome {
  const root = mkdtempSync(join(tmpdir(), 'spoor-golden-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  writeAgent(root, {});
  const environment: AgentEnvironment = { home: root, env: {}, platform: process.platform };
  const store = openStore(home.database);
  const delivered: Span[] = [];
  let offset = 0;
  const nowMillis = (): number => Date.now() + offset;
  const delivery = options.createDelivery?.(store, nowMillis);
  const enqueue = (spans: readonly Span[], { endMillis }: EndedTurn): void => {
    delivered.push(...spans);
    delivery?.enqueue(spans, endMillis);
  };
  const pipeline = createPipeline({ home, store, environment, agents, nowMillis, enqueue, enqueueEnvelope: (envelope) => delivery?.enqueueEnvelope(envelope) });
  const installHooks = (): void => {
    // No collector may start by itself: its entry does not exist.
    saveShim(home, { agent: 'kiro', version: '0.0.0-golden', node: process.execPath, entry: [join(root, 'no-entry.js')] });
    const entry = { command: toHookCommand(home, 'kiro'), timeout_ms: 3000 };
    writeAgent(root, Object.fromEntries(HOOKED.map((event) => [event, [event.endsWith('ToolUse') ? { ...entry, matcher: '*' } : entry]])));
  };
  if (options.hooked) installHooks();
  return {
    root, home, environment, store, pipeline, delivered, installHooks,
    passTime: (millis) => void (offset += millis),
    close() {
      store.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function writeAgent(root: string, hooks: object): void {
  const folder = join(root, '.kiro', 'agents');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, '.kiro', 'settings'), { recursive: true });
  writeFileSync(join(folder, `${AGENT}.json`), JSON.stringify({ name: AGENT, tools: ['*'], hooks }));
  writeFileSync(join(root, '.kiro', 'settings', 'cli.json'), JSON.stringify({ 'chat.defaultAgent': AGENT }));
}

/** Plays all sessions of a scenario at once, as that many processes of the agent. `during` is called as each hook starts. */
export async function playScenario(scenario: Scenario, traced: TracedHome, during: () => void = () => undefined): Promise<Played> {
  const calls = { install: () => traced.installHooks() };
  const played = await Promise.all(scenario.sessions.map((session) => playSession(session, { home: traced.root, onHookStart: during, calls })));
  return { sessions: played.flatMap((one) => one.sessions), hookRuns: played.flatMap((one) => one.hookRuns) };
}

/** Takes in all that was left, then lets every deadline pass. */
export function collectAll(traced: TracedHome): void {
  traced.pipeline.step({ all: true });
  traced.passTime(24 * 3_600_000);
  traced.pipeline.step({ all: true });
}

/** Imports the home's history into an empty store of its own and gives its spans, session by session. */
export async function importInto(traced: TracedHome, store: SqliteStore): Promise<void> {
  await importHistory({ store, environment: traced.environment, agents, scrub: scrubFact, nowMillis: () => Date.now() + 24 * 3_600_000 });
}

/** The text of a golden file, or undefined when it is not there yet. */
export function readGolden(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
