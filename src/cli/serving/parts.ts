/** All that serving is made of, over one store: what answers, what tells of changes, what imports beside. */
import { join } from 'node:path';
import type { Agent, AgentEnvironment } from '../../agents/agent.ts';
import { agents } from '../../agents/index.ts';
import { createHistoryTail, type HistoryTail } from '../../collector/tail/create-history-tail.ts';
import { loadConfig } from '../../config/config.ts';
import type { DestinationSetting } from '../../config/destination/destination-setting.ts';
import { createLog } from '../../config/log.ts';
import { VERSION } from '../../core/version.ts';
import { findPreset } from '../../exporters/presets/index.ts';
import { toHookCommand } from '../../hook/shim.ts';
import { createLedger } from '../../metrics/create-ledger.ts';
import { createOutbox } from '../../outbox/create-outbox.ts';
import type { LinkedDestination } from '../../query/api/session.ts';
import { createSearchIndexer } from '../../query/search/create-search-indexer.ts';
import { openTelemetryReader, type TelemetryReader } from '../../receiver/read-telemetry.ts';
import { createHealth } from '../../server/health/create-health.ts';
import { createLive, type Live } from '../../server/live/create-live.ts';
import { createStoreSource } from '../../server/live/store-source.ts';
import type { ServerSources } from '../../server/route.ts';
import { readSettings } from '../../server/settings/create-settings.ts';
import type { SqliteStore } from '../../store/sqlite/open-store.ts';
import { createBackgroundImport, type BackgroundImport } from './background-import.ts';
import { openQuery } from './open-query.ts';
import type { ServePlace } from './serve-request.ts';

export interface ServeParts {
  sources: ServerSources;
  live: Live;
  background: BackgroundImport;
  tail: HistoryTail;
  /** Imports the agents' history beside, and follows it from then on. */
  importPast(): void;
  /** The folder of the dashboard's files. */
  dashboard: string;
  /** Lets go of everything but the store. */
  close(): Promise<void>;
}

/** Opens them. The store is the caller's to close, after them. */
export function openParts(store: SqliteStore, { home, environment, packageRoot, flags }: ServePlace): ServeParts {
  const log = createLog(home, { name: 'spoor', verbose: false });
  const live = createLive({ source: createStoreSource(store), version: VERSION });
  const tail = createHistoryTail({ roots: findRoots(environment), onUnknown: (agent, isWhole) => background.importNewest(agent, { isWhole }) });
  const background = createBackgroundImport({
    env: environment.env,
    onFound: (sources) => tail.follow(sources),
    onProgress: (progress) => live.tellImport(progress),
    onFailure: (sentence) => log.error(`the import beside the server failed: ${sentence}`),
  });
  const query = openQuery(home);
  const indexer = createSearchIndexer({ database: home.database, search: home.search }, { onError: (error) => log.error(`the index for full text: ${error.message}`) });
  const readTelemetry: ServerSources['readTelemetry'] = (look) => lookInto(openTelemetryReader(home.telemetryDatabase), look);
  const outbox = createOutbox(store.database);
  const hookCommandOf = (agent: Agent): string => toHookCommand(home, agent.id, environment.platform);
  const seen = { home, environment, agents, hookCommandOf, version: VERSION };
  const sources: ServerSources = {
    store, outbox, query,
    ledger: createLedger(store.database),
    readHealth: createHealth({ ...seen, store, outbox, nowMillis: Date.now, importing: background.progress, indexing: indexer.progress, received: () => readTelemetry((reader) => reader.readServices()) ?? [] }),
    readSettings: () => readSettings({ ...seen, flags }),
    readLinked: () => listLinked(loadConfig(home, environment).value.destinations),
    readTelemetry,
    version: VERSION,
    nowMillis: Date.now,
  };
  return {
    sources, live, background, tail,
    importPast() {
      tail.watchRoots();
      background.importAll();
    },
    dashboard: join(packageRoot, 'dist', 'dashboard'),
    async close() {
      background.close();
      tail.close();
      live.close();
      await indexer.close();
      await query.close();
    },
  };
}

function lookInto<T>(reader: TelemetryReader | undefined, look: (reader: TelemetryReader) => T): T | undefined {
  try {
    return reader && look(reader);
  } finally {
    reader?.close();
  }
}

/** Destinations whose backend has a page for a trace. */
function listLinked(destinations: readonly DestinationSetting[]): LinkedDestination[] {
  return destinations.flatMap(({ name, preset, url, region, trace }) => {
    const traceUrl = preset === undefined ? undefined : findPreset(preset)?.traceUrl;
    return traceUrl === undefined || url === undefined ? [] : [{ name, traceUrl, url, ...(region === undefined ? {} : { region }), ...(trace === undefined ? {} : { trace }) }];
  });
}

function findRoots(environment: AgentEnvironment): ReadonlyMap<string, readonly string[]> {
  return new Map(agents.flatMap(({ id, history }) => (history ? [[id, history.roots(environment)] as const] : [])));
}
