/** What a filter leaves of the turns. */
import type { Filter } from '../api/figures.ts';
import type { Columns } from './columns.ts';
import { findOffering } from './offered-skills.ts';
import { takeMarks } from './scratch.ts';
import type { Words } from './table.ts';

export interface Selection {
  /** By turn: 1 where it counts. */
  turns: Uint8Array;
  /** Undefined: requests to all models. */
  models?: ReadonlySet<number>;
}

/** Turns that are alive, of no probe, and that pass. A filter by what a session did (tool, skill) takes all of that session. */
export function select(columns: Columns, filter: Filter): Selection {
  const { turns, sessions, derived } = columns;
  const { start, alive, session } = turns.of;
  const fits = toSessions(columns, filter);
  const [from, to] = [filter.fromMillis ?? -Infinity, filter.toMillis ?? Infinity];
  const branches = toWords(columns, filter.branch);
  const models = toWords(columns, filter.model);
  const mask = takeMarks(turns.length);
  for (let at = 0; at < turns.length; at++) {
    const own = session[at] ?? 0;
    const moment = start[at] ?? 0;
    if (!alive[at] || !fits[derived.top[own] ?? own] || moment < from || moment >= to || !sessions.of.alive[own]) continue;
    if (branches && !branches.has(turns.of.branch[at] || (derived.branch[derived.top[own] ?? own] ?? 0))) continue;
    if (models && !hasModel(columns, at, models)) continue;
    mask[at] = 1;
  }
  return models ? { turns: mask, models } : { turns: mask };
}

function hasModel({ chats, turns }: Columns, turn: number, models: ReadonlySet<number>): boolean {
  for (let at = turns.of.fromChat[turn] ?? 0; at < (turns.of.toChat[turn] ?? 0); at++) if (models.has(chats.of.model[at] ?? 0)) return true;
  return models.has(turns.of.modelName[turn] ?? 0);
}

/** The numbers of words; undefined: nothing was asked. Words that nothing has are left out. */
function toWords({ words }: Columns, wanted: readonly string[] | undefined): ReadonlySet<number> | undefined {
  return wanted && new Set(wanted.flatMap((word) => words.find(word) ?? []));
}

/** By session at the top: whether it passes. */
function toSessions(columns: Columns, filter: Filter): Uint8Array {
  const { sessions, derived } = columns;
  const agents = toWords(columns, filter.agent);
  const projects = toWords(columns, filter.project);
  const configs = toWords(columns, filter.config);
  const offering = findOffering(columns, filter.skillVersion);
  const fits = takeMarks(sessions.length);
  const callers = filter.tool && findOwners(columns, columns.calls, { key: 'tool', wanted: toWords(columns, filter.tool) ?? new Set() });
  const loaders = filter.skill && findOwners(columns, columns.loads, { key: 'name', wanted: toWords(columns, filter.skill) ?? new Set() });
  for (let at = 0; at < sessions.length; at++) {
    const passes = (!agents || agents.has(sessions.of.agent[at] ?? 0)) && (!projects || projects.has(derived.project[at] ?? 0)) && (!configs || configs.has(sessions.of.config[at] ?? 0)) && (!offering || offering.has(sessions.of.config[at] ?? 0));
    if (passes && !sessions.of.isProbe[at] && (!callers || callers[at]) && (!loaders || loaders[at])) fits[at] = 1;
  }
  return fits;
}

/** By session at the top: whether a call, or a load, with one of these words is in it. */
function findOwners<K extends string>({ turns, derived, sessions }: Columns, table: { length: number; of: Record<K | 'turn', Words> }, { key, wanted }: { key: K; wanted: ReadonlySet<number> }): Uint8Array {
  const owners = takeMarks(sessions.length);
  const column = table.of[key];
  for (let at = 0; at < table.length; at++) {
    const turn = table.of.turn[at] ?? 0;
    if (wanted.has(column[at] ?? 0) && turns.of.alive[turn]) owners[derived.top[turns.of.session[turn] ?? 0] ?? 0] = 1;
  }
  return owners;
}
