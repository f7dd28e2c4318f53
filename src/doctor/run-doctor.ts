/** `spoor doctor`: tries the chain live, then looks at everything that could be wrong. Changes nothing, and leaves nothing behind. */
import { readStatus } from '../collector/read-status.ts';
import type { Status } from '../collector/reports.ts';
import { loadConfig } from '../config/config.ts';
import { parseShell } from '../config/shell-settings.ts';
import type { Finding } from '../core/finding.ts';
import { VERSION } from '../core/version.ts';
import { isSavedEnvOnly } from '../hook/save-shim.ts';
import { toHookCommand } from '../hook/shim.ts';
import { askProgram } from '../installation/run-program.ts';
import { openStore, type SqliteStore } from '../store/sqlite/open-store.ts';
import { StoreOpenError } from '../store/sqlite/store-open-error.ts';
import { checkAws } from './chain/check-aws.ts';
import { removeLeftProbes } from './chain/probe-traces.ts';
import { proveDestinations } from './chain/prove-destinations.ts';
import { proveHooks } from './chain/prove-hooks.ts';
import { checks } from './checks/index.ts';
import type { DoctorContext, DoctorOptions } from './doctor-context.ts';
import { listHooked } from './installed-agents.ts';
import type { DoctorReport, Link } from './report.ts';

/**
 * Resolves within some seconds, whatever hangs. Never throws for what it looks at. With `signal` aborted it cleans up and reports what
 * it has seen so far.
 */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { home, environment } = options;
  const trouble = sweep(options);
  const context: DoctorContext = {
    ...options,
    nowMillis: Date.now(),
    config: loadConfig(home, { ...environment, env: {} }),
    shell: readShell(options),
    ...(trouble === undefined ? {} : { storeError: trouble }),
    ask: (argv) => askProgram(argv, environment),
  };
  const [hooks, destinations, aws] = await Promise.all([proveAgents(context), proveDestinations(context), checkAws(context.config.value.destinations, environment)]);
  const chain = [...hooks, ...destinations].map(withWholeMicros);
  const findings = options.signal.aborted ? [] : [...lookAtAll(withStore(context, trouble === undefined)), ...aws];
  const ok = [...chain, ...findings].every(({ state }) => state !== 'broken');
  return { ok, version: VERSION, home: home.root, chain, findings };
}

/** As a session's hooks would tell it that is started here. Its service name is that of the first agent that is here. */
function readShell({ environment, agents }: DoctorOptions): DoctorContext['shell'] {
  const here = agents.find(({ installer }) => installer?.isPresent(environment)) ?? agents[0];
  const { value, problems } = parseShell(environment.env, { serviceName: here?.program ?? '', isHeadless: () => false });
  return { settings: value?.settings ?? {}, ...(value?.destination ? { destination: value.destination } : {}), problems };
}

/** What lies behind is noise. */
function withWholeMicros(link: Link): Link {
  return link.durationMillis === undefined ? link : { ...link, durationMillis: Math.round(link.durationMillis * 1000) / 1000 };
}

/** Returns why the store cannot be opened. */
function sweep({ home, agents }: DoctorOptions): string | undefined {
  try {
    removeLeftProbes(home, agents, Date.now());
    return undefined;
  } catch (error) {
    if (error instanceof StoreOpenError) return error.message;
    throw error;
  }
}

/** Only agents with a hook: of the others there is nothing to prove. */
async function proveAgents(context: DoctorContext): Promise<Link[]> {
  const links: Link[] = [];
  for (const agent of listHooked(context)) {
    if (context.signal.aborted) break;
    links.push(...(await proveHooks(agent, context).catch((error: unknown): Link[] => [toFailed(agent.id, error)])));
  }
  return links;
}

function toFailed(subject: string, error: unknown): Link {
  const isStore = error instanceof StoreOpenError;
  return { link: isStore ? 'store' : 'hook', subject, state: isStore ? 'broken' : 'unknown', seen: error instanceof Error ? error.message : String(error) };
}

/** Looks at the store after the probe, which may have had it made. */
function withStore(context: DoctorContext, canOpen: boolean): { context: DoctorContext; store?: SqliteStore } {
  const { home, environment, agents } = context;
  if (!canOpen) return { context };
  try {
    const status: Status = readStatus({ home, environment, agents, hookCommandOf: (agent) => toHookCommand(home, agent.id, environment.platform), isEnvOnly: (agent) => isSavedEnvOnly(home, agent.id) });
    const store = status.store.bytes === undefined ? undefined : openStore(home.database);
    return { context: { ...context, status, ...(store ? { store } : {}) }, ...(store ? { store } : {}) };
  } catch (error) {
    return { context: { ...context, storeError: error instanceof Error ? error.message : String(error) } };
  }
}

function lookAtAll({ context, store }: { context: DoctorContext; store?: SqliteStore }): Finding[] {
  try {
    return checks.flatMap(({ name, run }) => {
      try {
        return run(context);
      } catch (error) {
        return [{ check: name, state: 'unknown' as const, seen: error instanceof Error ? error.message : String(error) }];
      }
    });
  } finally {
    store?.close();
  }
}
