/** A home with a generated history of Claude Code's, and what is in a store, as one text to compare. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import { agents } from '#spoor/agents/index.ts';
import { importHistory, type ImportOptions } from '#spoor/collector/import-history.ts';
import type { ImportReport } from '#spoor/collector/reports.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { toJson } from '#spoor/core/json.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { layClaudeHistory, type LaidHistory } from '../../bench/claude-history.ts';

export const NEWEST_MILLIS = Date.parse('2026-03-01T12:00:00Z');
/** Long after all of it: everything is over. */
export const LATER_MILLIS = NEWEST_MILLIS + 86_400_000;

export interface ImportStage {
  root: string;
  laid: LaidHistory;
  environment: AgentEnvironment;
  /** A home of ours in it, with its folders. */
  openHome(name: string): Home;
  /** A store in a file of its own, closed after the test. */
  openStore(name: string): SqliteStore;
  import(store: SqliteStore, options?: Partial<ImportOptions>): Promise<ImportReport>;
}

/** A history of so many bytes, gone after the test. */
export function createImportStage(t: TestContext, bytes: number, seed = 7): ImportStage {
  const root = mkdtempSync(join(tmpdir(), 'spoor-import-'));
  const stores: SqliteStore[] = [];
  t.after(() => {
    for (const store of stores) store.close();
    rmSync(root, { recursive: true, force: true });
  });
  const laid = layClaudeHistory(root, { bytes, mostBytes: 600_000, seed, newestMillis: NEWEST_MILLIS });
  const environment: AgentEnvironment = { home: root, env: {}, platform: process.platform };
  const openHome = (name: string): Home => {
    const home = homeAt(join(root, name));
    createHome(home);
    return home;
  };
  return {
    root, laid, environment, openHome,
    openStore(name) {
      const store = openStore(openHome(name).database);
      stores.push(store);
      return store;
    },
    import: (store, options) => importHistory({ store, environment, agents, scrub: scrubFact, nowMillis: () => LATER_MILLIS, ...options }),
  };
}

/** All that readers can see in a store: sessions, turns and whole spans, without what only tells how it got there. */
export function dumpStore(store: SqliteStore): string {
  const lines: string[] = [];
  for (const { agent, sessionId } of store.findSessions('').concat(store.listSessions({}))) {
    const members = store.readFamily(agent, sessionId);
    for (const session of members) {
      lines.push(`session ${toJson(session)}`);
      for (const turn of store.readTurns(agent, [session.sessionId])) lines.push(`turn ${toJson(turn)}`);
    }
    for (const span of store.readSpans(agent, sessionId)) {
      lines.push(`span ${toJson(span)}`);
      for (const key of span.keys) lines.push(`key ${key} ${store.lookup(agent, key)?.spanId}`);
    }
  }
  return [...new Set(lines)].sort().join('\n');
}
