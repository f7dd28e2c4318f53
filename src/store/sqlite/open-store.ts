/** The store over node:sqlite: one file for spans, facts and what the collector remembers. */
import type { Database } from '../database.ts';
import type { SaveResult, Store } from '../store.ts';
import { readSessionConfig, saveSessionConfig } from './config-rows.ts';
import { createFactMembers } from './facts.ts';
import { erase, forget, forgetWithParent, isForgotten, removeTurn } from './forget.ts';
import { fillTurn, insertTurn } from './insert-turn.ts';
import { createHookMembers } from './hooks-seen.ts';
import { openDatabase } from './open-database.ts';
import { createPastMembers } from './past-turns.ts';
import { findSessions, isTextPending, isUntouched, listSessions, readFamily, readSession, readTotals } from './read-sessions.ts';
import { lookup, readRepository, readSpan, readSpans, readSpanRows } from './read-spans.ts';
import { createRetentionMembers, isDropped } from './retention.ts';
import { saveTurn } from './save-turn.ts';
import { ensureSession, saveSession } from './session-rows.ts';
import { createSessionTraceMembers } from './session-traces.ts';
import { readAwaitedDestinations, readShell, readShellKeyOf, readShellOf, saveShell } from './shell-rows.ts';
import { readTurns } from './turn-rows.ts';

export interface SqliteStore extends Store {
  /** The connection, for the outbox: a span and its deliveries commit together. */
  database: Database;
}

/**
 * Opens the store at this path, making or migrating it as needed; `:memory:` for one that goes with the process.
 * Throws StoreOpenError, with a sentence for the user, when the file is newer than this version, not ours, or damaged.
 */
export function openStore(path: string): SqliteStore {
  const db = openDatabase(path);
  const nothing: SaveResult = { finalised: [], written: 0 };
  return {
    database: db,
    transaction: db.transaction,
    inBulk: db.inBulk,
    ...createFactMembers(db),
    ...createHookMembers(db),
    ...createSessionTraceMembers(db),
    ...createPastMembers(db),
    ...createRetentionMembers(db),
    saveSession: (session) =>
      db.transaction(() => {
        if (!forgetWithParent(db, session)) saveSession(db, session);
      }),
    saveSessionConfig: (agent, sessionId, parts) =>
      db.transaction(() => {
        if (!isForgotten(db, agent, sessionId)) saveSessionConfig(db, ensureSession(db, agent, sessionId), parts);
      }),
    saveShell: (key, settings) => saveShell(db, key, settings),
    saveTurn: (turn, spans) =>
      db.transaction(() => (forgetWithParent(db, turn) || isDropped(db, turn.rootSpanId) ? nothing : saveTurn(db, turn, spans))),
    insertTurn: (packed, options) => insertTurn(db, packed, options),
    fillTurn: (packed, options) => fillTurn(db, packed, options),
    removeTurn: (rootSpanId) => db.transaction(() => removeTurn(db, rootSpanId)),
    forget: (agent, sessionId) => {
      const sessions = db.transaction(() => forget(db, { agent, sessionId, atMillis: Date.now() }));
      // The log still holds what was overwritten in the file.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return sessions;
    },
    erase: (agent, sessionId) => db.transaction(() => erase(db, agent, sessionId)),
    isForgotten: (agent, sessionId) => isForgotten(db, agent, sessionId),
    isUntouched: (agent, sessionIds) => isUntouched(db, agent, sessionIds),
    isTextPending: (agent, sessionId) => isTextPending(db, agent, sessionId),
    dataVersion: () => Number(db.sql('PRAGMA data_version').get()?.data_version),
    lookup: (agent, key) => lookup(db, agent, key),
    readTurns: (agent, sessionIds) => readTurns(db, agent, sessionIds),
    readSession: (agent, sessionId) => readSession(db, agent, sessionId),
    readSessionConfig: (agent, sessionId) => readSessionConfig(db, agent, sessionId),
    readFamily: (agent, sessionId) => readFamily(db, agent, sessionId),
    readTotals: (agent) => readTotals(db, agent),
    listSessions: (filter) => listSessions(db, filter),
    findSessions: (idPrefix) => findSessions(db, idPrefix),
    readSpans: (agent, sessionId) => readSpans(db, agent, sessionId),
    readSpan: (spanId) => readSpan(db, spanId),
    readSpanRows: (rows) => readSpanRows(db, rows),
    readRepository: (agent, sessionId, turnIndex) => readRepository(db, { agent, sessionId, turnIndex }),
    readShell: (key) => readShell(db, key),
    readShellOf: (spanId) => readShellOf(db, spanId),
    readShellKeyOf: (spanId) => readShellKeyOf(db, spanId),
    readAwaitedDestinations: () => readAwaitedDestinations(db),
    close: db.close,
  };
}
