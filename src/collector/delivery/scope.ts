/** Which sessions a destination gets, by their agent and by the folder that the session at the top of their family works in. Pure. */
import { isWithin } from '../../core/folder.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { Session } from '../../core/session.ts';

/** Which session it is about; the folder is that of the session at the top. */
export type AboutSession = Pick<Session, 'agent' | 'cwd'>;

/** What decides: the destination's own words, and the folders that leave for no destination at all. */
export interface Scope extends Pick<Destination, 'agents' | 'folders' | 'exclude'> {
  /** Of the configuration. */
  excludeAll?: readonly string[];
}

/** Undefined: it gets the session. Else why not, as a sentence without a name: a path is content. `isUnknown`: its folder is not known, so far. */
export function findRefusal({ agents, folders, exclude = [], excludeAll = [] }: Scope, { agent, cwd }: AboutSession): { reason: string; isUnknown?: true } | undefined {
  if (agents && !agents.includes(agent)) return { reason: 'its agent is not among the "agents" of this destination' };
  if (!folders && exclude.length === 0 && excludeAll.length === 0) return undefined;
  if (cwd === undefined) return { reason: 'the folder of its session is not known, and the configuration names folders that count', isUnknown: true };
  const isIn = (folder: string): boolean => folder === '/' || isWithin(cwd, folder);
  if (excludeAll.some(isIn)) return { reason: 'the configuration keeps its folder at home ("exclude")' };
  if (exclude.some(isIn)) return { reason: 'this destination excludes its folder' };
  return folders && !folders.some(isIn) ? { reason: 'its folder is not among the "folders" of this destination' } : undefined;
}
