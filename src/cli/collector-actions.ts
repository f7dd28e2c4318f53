/** Ties the commands' wishes to the collector. This module and the collector's are loaded when they are needed. */
import { availableParallelism } from 'node:os';
import type { Agent } from '../agents/agent.ts';
import { agents, findAgent } from '../agents/index.ts';
import type { CollectorOptions } from '../collector/run-collector.ts';
import type { ImportReport, Status } from '../collector/reports.ts';
import { StuckCollectorError } from '../collector/stuck-collector-error.ts';
import { ReplayError } from '../collector/replay/replay-report.ts';
import { createHome } from '../config/home.ts';
import { VERSION } from '../core/version.ts';
import { StoreOpenError } from '../store/sqlite/store-open-error.ts';
import type { SettingRow } from '../query/api/settings.ts';
import { DEFAULT_PORT, type CliContext, type CollectorActions, type ImportRequest } from './context.ts';
import { Failure } from './failure.ts';
import type { ServeRequest } from './serving/serve-request.ts';

/** The actions in the home and environment of this context. */
export function createCollectorActions(context: CliContext): CollectorActions {
  return {
    collectOnce: () =>
      inSentences(async () => {
        const { collectOnce } = await import('../collector/collect-once.ts');
        const options = await toOptions(context, new AbortController().signal);
        const waiting = await startWaitTalk(context);
        return collectOnce(options).finally(() => clearTimeout(waiting));
      }),
    runCollector: (signal) =>
      inSentences(async () => {
        const { runCollector } = await import('../collector/run-collector.ts');
        await renewShims(context);
        return runCollector(await toOptions(context, signal));
      }),
    serve: ({ port, signal, imports, onListening }) =>
      inSentences(async () => {
        const { serve } = await import('./serving/serve.ts');
        const { openReceiver } = await import('./serving/open-receiver.ts');
        const { log } = await toOptions(context, signal);
        const { home, environment, packageRoot } = context;
        const flags: SettingRow[] = [{ name: 'port', value: String(port), source: port === DEFAULT_PORT ? 'default' : 'flag' }];
        const collect: ServeRequest['collect'] = async (hooks) => {
          const { runCollector } = await import('../collector/run-collector.ts');
          await renewShims(context);
          return runCollector({ ...(await toOptions(context, signal)), ...hooks, lingerMillis: Infinity, takesOver: true });
        };
        return serve({ home, environment, packageRoot, flags, port, signal, imports, onListening: ({ url }) => onListening(url), collect, openReceiver: (store) => openReceiver({ ...context, agents, store, port, log }) });
      }),
    readStatus: () => inSentences(() => runStatus(context)),
    importHistory: (request) => runImport(request, context),
    sendPast: (request, { signal, onProgress }) =>
      inSentences(async () => {
        const { runReplay } = await import('../collector/replay/run-replay.ts');
        return runReplay({ ...(await toOptions(context, signal)), request, onProgress });
      }),
  };
}

/** A collector that works answers within this; who waits longer wants to know for whom. */
const TALK_AFTER_MILLIS = 2_000;

/** Says once, after a while, which process is being waited for. The timer is the caller's to clear. */
async function startWaitTalk({ home, stderr }: CliContext): Promise<NodeJS.Timeout> {
  const { readCollector } = await import('../collector/lifecycle/pid-file.ts');
  return setTimeout(() => {
    const running = readCollector(home);
    if (running?.alive && running.pid !== process.pid) void stderr.write(`Waiting for the collector that runs (process ${running.pid}) …\n`);
  }, TALK_AFTER_MILLIS);
}

async function toOptions({ home, environment }: CliContext, signal: AbortSignal): Promise<CollectorOptions> {
  const { createLog } = await import('../config/log.ts');
  createHome(home);
  const verbose = ['1', 'true'].includes(environment.env.SPOOR_VERBOSE ?? '');
  return { home, environment, agents: await withBilling(agents, { home, environment }), signal, version: VERSION, log: createLog(home, { name: 'spoor', verbose }) };
}

/** The agents with what the configuration says of how each is paid for. */
async function withBilling(list: readonly Agent[], { home, environment }: Pick<CliContext, 'home' | 'environment'>): Promise<Agent[]> {
  const { loadConfig } = await import('../config/config.ts');
  const { billing = {} } = loadConfig(home, environment).value;
  return list.map((agent) => {
    const told = Object.hasOwn(billing, agent.id) ? billing[agent.id] : undefined;
    return told === undefined ? agent : { ...agent, traits: { ...agent.traits, billing: told } };
  });
}

/** After an upgrade the hooks' files are the older version's. They go on as they are when they cannot be renewed. */
async function renewShims(context: CliContext): Promise<void> {
  const { refreshShims } = await import('../hook/save-shim.ts');
  const { compareVersions } = await import('../collector/lifecycle/versions.ts');
  const { toShimOptions } = await import('./installing.ts');
  try {
    refreshShims(context.home, toShimOptions(context), (a, b) => compareVersions(a, b) < 0);
  } catch {
    // A disk that refuses is found out, and told, by the collector itself.
  }
}

async function runStatus({ home, environment }: CliContext): Promise<Status> {
  const { readStatus } = await import('../collector/read-status.ts');
  const { isSavedEnvOnly } = await import('../hook/save-shim.ts');
  const { toHookCommand } = await import('../hook/shim.ts');
  return readStatus({ home, environment, agents, hookCommandOf: (agent) => toHookCommand(home, agent.id, environment.platform), isEnvOnly: (agent) => isSavedEnvOnly(home, agent.id) });
}

/** More read faster than one thread writes. */
const MOST_THREADS = 3;

async function runImport(request: ImportRequest, context: CliContext): Promise<ImportReport> {
  const { startThread } = await import('../collector/import/start-thread.ts');
  const store = await context.openStore(request.home, { create: true });
  if (!store) throw new Error('openStore({create: true}) gave no store');
  const chosen = request.agents.length > 0 ? request.agents.flatMap((id) => findAgent(id) ?? []) : agents;
  const { environment, sinceMillis, from, onProgress, onFound } = request;
  const threads = Math.min(MOST_THREADS, availableParallelism());
  // A first import has much to do, mostly: the thread comes while this one finds out.
  const isFirst = chosen.every(({ id }) => store.readFileStamps(id).size === 0);
  const started = isFirst && threads > 1 ? startThread(environment) : undefined;
  try {
    const { importHistory } = await import('../collector/import-history.ts');
    const { scrubFact } = await import('../collector/scrub-fact.ts');
    return await importHistory({ store, environment, agents: await withBilling(chosen, context), sinceMillis, from, onProgress, onFound, scrub: scrubFact, nowMillis: () => context.nowMillis(), threads, started });
  } finally {
    await started?.terminate();
    store.close();
  }
}

/** What the collector throws for people is a failure of the command; every other error is a bug. */
async function inSentences<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isSentence = error instanceof StoreOpenError || error instanceof StuckCollectorError || error instanceof ReplayError;
    throw isSentence ? new Failure(error.message) : error;
  }
}
