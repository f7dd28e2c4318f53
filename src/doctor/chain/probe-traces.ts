/** What a probe leaves on its way, and taking it away again. */
import { existsSync, readFileSync, unlinkSync } from 'node:fs';
import type { Agent } from '../../agents/agent.ts';
import { sweepProbes } from '../../collector/sweep-probes.ts';
import type { Home } from '../../config/home.ts';
import { isLeftProbe } from '../../core/probe.ts';
import { isComplete, listSpool } from '../../spool/read-spool.ts';
import { isBusyError } from '../../store/sqlite/failures.ts';
import { openStore, type SqliteStore } from '../../store/sqlite/open-store.ts';

/** A probe is a few hundred bytes and the variables of a hook. */
const LARGEST_PROBE_BYTES = 1_000_000;

export interface ProbeTraces {
  /** Its event stands in the spool, whole. */
  isSpooled(): boolean;
  /** Its session stands in the store. */
  isStored(): boolean;
  /** The collector is through with it: nothing of it will be written any more. */
  isSettled(): boolean;
  /** Takes away what is there of it. False: the store is held by another process; try again. Throws on a broken disk. */
  remove(): boolean;
  /** Takes away what a hook of ours left that was ended while it wrote: the shell's pid, and when it was started (Unix ms). */
  removeTorn(pid: number, startedMillis: number): void;
  close(): void;
}

/** Looks for one probe. The store is opened when there is one; throws StoreOpenError where it cannot be. */
export function openProbeTraces(home: Home, agent: Agent, sessionId: string): ProbeTraces {
  let store: SqliteStore | undefined;
  const look = <T>(read: (open: SqliteStore) => T): T | undefined => {
    try {
      if (!store && existsSync(home.database)) store = openBriefly(home);
      return store && read(store);
    } catch (error) {
      // A collector that makes the store just now.
      if (isBusyError(error)) return undefined;
      throw error;
    }
  };
  return {
    isSpooled: () => findSpooled(home, agent, (id) => id === sessionId).length > 0,
    isStored: () => look((open) => open.readSession(agent.id, sessionId) !== undefined) ?? false,
    isSettled: () => look((open) => open.readDue(Infinity).every((due) => due.sessionId !== sessionId)) ?? false,
    remove() {
      for (const path of findSpooled(home, agent, (id) => id === sessionId)) unlink(path);
      if (!existsSync(home.database)) return true;
      return look((open) => {
        if (open.readSession(agent.id, sessionId) || open.readFacts(agent.id, [sessionId]).length > 0) open.erase(agent.id, sessionId);
        return true;
      }) ?? false;
    },
    removeTorn(pid, startedMillis) {
      // Hooks name their files by their pid. What stood there before the shell was started is somebody else's.
      const own = listSpool(home).filter(({ name, stat }) => new RegExp(`^${agent.id}-${pid}(?:\\.\\d+)?$`).test(name) && Number(stat.ctimeMs) >= startedMillis - 1000);
      for (const file of own) if (!isComplete(file)) unlink(file.path);
    },
    close: () => store?.close(),
  };
}

/** Takes away what doctors that were killed left: events in the spool, sessions in the store. */
export function removeLeftProbes(home: Home, agents: readonly Agent[], nowMillis: number): void {
  for (const agent of agents) for (const path of findSpooled(home, agent, (id) => isLeftProbe(id, nowMillis))) unlink(path);
  if (!existsSync(home.database)) return;
  const store = openBriefly(home);
  try {
    sweepProbes(store, nowMillis);
  } catch (error) {
    // A long import holds it: the next doctor or collector will.
    if (!isBusyError(error)) throw error;
  } finally {
    store.close();
  }
}

/** Calls are synchronous: one that finds the store held must not keep the doctor longer than this. */
const BUSY_MILLIS = 250;

function openBriefly(home: Home): SqliteStore {
  const store = openStore(home.database);
  store.database.sql(`PRAGMA busy_timeout = ${BUSY_MILLIS}`).get();
  return store;
}

/** Events in the spool that tell of nothing but such sessions. A person's event may hold such an id somewhere, and stays. */
function findSpooled(home: Home, agent: Agent, isMeant: (sessionId: string) => boolean): string[] {
  return listSpool(home).flatMap(({ name, path, stat }) => {
    if (!name.startsWith(`${agent.id}-`) || !stat.isFile() || stat.size > LARGEST_PROBE_BYTES) return [];
    const text = readText(path);
    // The clock's field may be empty, too; no payload holds a NUL.
    const start = text.lastIndexOf('\0\0');
    if (start === -1) return [];
    const event = { agent: agent.id, key: name, payload: text.slice(start + 2), truncated: false, at: { unixNano: 0n, source: 'hook' as const }, order: 0, env: {} };
    const ids = (agent.parsePayload(event).value ?? []).map(({ sessionId }) => sessionId);
    return ids.length > 0 && ids.every(isMeant) ? [path] : [];
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The collector may be quicker. */
function unlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Then it is gone.
  }
}
