/** How the tracing itself is, gathered from where each piece stands. */
import type { Agent, AgentEnvironment } from '../../agents/agent.ts';
import { toAdvice } from '../../collector/problem-advice.ts';
import { findMissingSecrets } from '../../config/missing-secrets.ts';
import { loadConfig } from '../../config/config.ts';
import type { DestinationSetting } from '../../config/destination/destination-setting.ts';
import type { Home } from '../../config/home.ts';
import { isFromEnvironment } from '../../config/otlp-environment.ts';
import { readNewestError } from '../../config/read-logs.ts';
import type { DestinationStatus, Outbox } from '../../outbox/outbox.ts';
import type { DestinationHealth, HealthAnswer, HealthSummary, ImportProgress } from '../../query/api/overview.ts';
import { toSpread } from '../../query/columns/spread.ts';
import { spoolStatus } from '../../spool/spool-status.ts';
import type { SpanReader } from '../../store/store.ts';
import { toPlainUrl } from '../plain-url.ts';
import { judgeHealth } from './judge.ts';

export interface HealthOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** The shell text that our hooks hold, by agent. */
  hookCommandOf(agent: Agent): string;
  store: Pick<SpanReader, 'readHooksSeen' | 'readProblems'>;
  outbox: Pick<Outbox, 'readDestinations'>;
  version: string;
  nowMillis(): number;
  /** The import that runs beside, if any. */
  importing(): ImportProgress | undefined;
  /** How far the search index is, while it is not done. */
  indexing?(): HealthSummary['indexing'];
  /** What came over OTLP. */
  received?(): HealthAnswer['receiver'];
}

export type Health = Omit<HealthAnswer, 'queryMillis'>;

/** Several pages ask at once, and it takes some milliseconds of the thread that collects. */
const FRESH_MILLIS = 500;
/** Whether hooks stand in the agents' files: people do not install by the second. */
const INSTALLED_FRESH_MILLIS = 5_000;
/** Problems that are no agent's: of the configuration and of delivery; they are told with these. */
const OWN = 'spoor';

/** Gives what is there now, or was half a second ago. Throws on a store that cannot be read. */
export function createHealth(options: HealthOptions): () => Health {
  const { nowMillis } = options;
  const readInstalled = remember(() => listInstalled(options), INSTALLED_FRESH_MILLIS, nowMillis);
  return remember(() => gather(options, readInstalled()), FRESH_MILLIS, nowMillis);
}

function remember<T>(read: () => T, freshMillis: number, nowMillis: () => number): () => T {
  let kept: { value: T; atMillis: number } | undefined;
  return () => {
    const age = kept ? nowMillis() - kept.atMillis : Infinity;
    if (!kept || age < 0 || age > freshMillis) kept = { value: read(), atMillis: nowMillis() };
    return kept.value;
  };
}

function listInstalled({ agents, environment, hookCommandOf }: HealthOptions): ReadonlySet<string> {
  return new Set(agents.filter((agent) => (agent.installer?.installedIn(environment, hookCommandOf(agent)).length ?? 0) > 0).map(({ id }) => id));
}

function gather(options: HealthOptions, installed: ReadonlySet<string>): Health {
  const { home, environment, store, outbox, version, nowMillis } = options;
  const config = loadConfig(home, environment);
  const spool = spoolStatus(home);
  const error = readNewestError(home);
  const importing = options.importing();
  const indexing = options.indexing?.();
  const facts = {
    nowMillis: nowMillis(),
    agents: toAgents(options, installed),
    spool: { waiting: spool.count },
    oldestSpooledMillis: spool.oldestMillis,
    destinations: toDestinations(config.value.destinations, outbox.readDestinations(), nowMillis()),
    configProblems: config.problems,
    missingSecrets: config.value.destinations.flatMap((setting) => {
      const secrets = findMissingSecrets(setting, environment);
      return secrets.length > 0 ? [{ destination: setting.name, secrets }] : [];
    }),
    ...(error?.atMillis === undefined ? {} : { lastError: { atMillis: error.atMillis, text: error.message } }),
    ...(importing ? { importing } : {}),
    ...(indexing ? { indexing } : {}),
  };
  const { nowMillis: _now, oldestSpooledMillis: _oldest, configProblems: _config, missingSecrets: _secrets, ...told } = facts;
  return { ...judgeHealth(facts), ...told, version, problems: toProblems(store), receiver: options.received?.() ?? [] };
}

function toAgents({ agents, store }: HealthOptions, installed: ReadonlySet<string>): HealthSummary['agents'] {
  const seen = new Map(store.readHooksSeen().map((one) => [one.agent, one]));
  return agents.map(({ id, title }) => {
    const hooks = seen.get(id);
    return { agent: id, title, installed: installed.has(id), hooksSeen: hooks?.hooks ?? 0, ...(hooks ? { lastHookMillis: hooks.lastMillis } : {}), hook: toSpread(Float64Array.from(hooks?.tookMillis ?? [])) };
  });
}

function toProblems(store: HealthOptions['store']): Health['problems'] {
  return store.readProblems().filter(({ agent }) => agent !== OWN).map(({ agent, code, detail, count }) => {
    const advice = toAdvice(code);
    return { agent, code, detail, count, ...(advice === undefined ? {} : { advice }) };
  });
}

/** The configured ones in their order, then those for which something still waits. */
function toDestinations(settings: readonly DestinationSetting[], states: readonly DestinationStatus[], nowMillis: number): DestinationHealth[] {
  const named = new Set(settings.map(({ name }) => name));
  const stateOf = new Map(states.map((state) => [state.name, state]));
  const others = states.filter(({ name, waiting, setAside }) => !named.has(name) && waiting + setAside > 0);
  return [
    ...settings.map((setting) => ({ ...toWhere(setting), ...toState(stateOf.get(setting.name), nowMillis) })),
    ...others.map((state) => ({ name: state.name, type: isFromEnvironment(state.name) ? 'shell' : 'removed', ...toState(state, nowMillis) })),
  ];
}

/** User information and query of an address may be secrets. */
function toWhere({ name, exporter, preset, url, path }: DestinationSetting): Pick<DestinationHealth, 'name' | 'type' | 'endpoint'> {
  const endpoint = url === undefined ? path : toPlainUrl(url);
  return { name, type: preset ?? exporter, ...(endpoint === undefined ? {} : { endpoint }) };
}

function toState(state: DestinationStatus | undefined, nowMillis: number): Omit<DestinationHealth, 'name' | 'type' | 'endpoint'> {
  if (!state) return { sent: 0, waiting: 0, setAside: 0, held: 0 };
  const { sent, waiting, setAside, held, oldestWaitingMillis, backoff, setAsideError, acceptedAtMillis } = state;
  const lastError = backoff?.error ?? setAsideError;
  return {
    sent, waiting, setAside, held: held?.spans ?? 0,
    ...(oldestWaitingMillis === undefined ? {} : { oldestWaitingMillis }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(acceptedAtMillis === undefined ? {} : { acceptedAtMillis }),
    ...(backoff && backoff.nextAttemptMillis > nowMillis ? { nextAttemptMillis: backoff.nextAttemptMillis } : {}),
  };
}
