/** How many hooks ran, and how long the newest took. */
import type { AgentId } from '../../core/agent-id.ts';
import type { Database } from '../database.ts';
import type { HooksSeen, RanHook, SpanReader, SpanWriter } from '../store.ts';

/** Enough for a p95 that one slow hook does not move. */
const KEPT = 200;

/** The members of the store that are about hooks. */
export function createHookMembers(db: Database): Pick<SpanWriter, 'noteHooks'> & Pick<SpanReader, 'readHooksSeen'> {
  return {
    noteHooks: (agent, hooks) => db.transaction(() => noteHooks(db, agent, hooks)),
    readHooksSeen: () => db.sql('SELECT agent, hooks, last_millis, took_millis FROM hook_seen ORDER BY agent').all().map(toHooksSeen),
  };
}

function noteHooks(db: Database, agent: AgentId, hooks: readonly RanHook[]): void {
  if (hooks.length === 0) return;
  const row = db.sql('SELECT agent, hooks, last_millis, took_millis FROM hook_seen WHERE agent = ?').get(agent);
  const before = row ? toHooksSeen(row) : { hooks: 0, lastMillis: 0, tookMillis: [] };
  const took = [...before.tookMillis, ...hooks.flatMap(({ tookMillis }) => (tookMillis === undefined ? [] : [Math.round(tookMillis * 100) / 100]))].slice(-KEPT);
  const lastMillis = Math.max(before.lastMillis, ...hooks.map(({ atMillis }) => atMillis));
  db.sql('INSERT OR REPLACE INTO hook_seen (agent, hooks, last_millis, took_millis) VALUES (?, ?, ?, ?)').run(agent, before.hooks + hooks.length, lastMillis, JSON.stringify(took));
}

function toHooksSeen(row: Record<string, unknown>): HooksSeen {
  return { agent: String(row.agent), hooks: Number(row.hooks), lastMillis: Number(row.last_millis), tookMillis: JSON.parse(String(row.took_millis)) as number[] };
}
