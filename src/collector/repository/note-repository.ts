/** What a hook tells, with the repository that its agent works in. */
import type { Fact } from '../../core/fact.ts';
import type { Repository } from '../../core/repository.ts';
import { millisToNano } from '../../core/time.ts';
import { readRepository } from './read-repository.ts';

/** What git says now is what it said then, if that is no longer ago. */
const FRESH_MILLIS = 10_000;
/** Hooks of one moment ask for one folder. */
const KEEP_MILLIS = 1_000;
const MAX_FOLDERS = 100;

export type RepositoryNoter = (facts: readonly Fact[], cwdOf: (sessionId: string) => string | undefined) => Fact[];

/** `cwdOf`: the folder of a session of which these facts do not tell it. Facts of the history, and those that waited long, stay as they are. */
export function createRepositoryNoter({ nowMillis, read = readRepository }: { nowMillis(): number; read?: (folder: string) => Repository | undefined }): RepositoryNoter {
  const known = new Map<string, { repository?: Repository; atMillis: number }>();
  const repositoryOf = (folder: string): Repository | undefined => {
    const now = nowMillis();
    const found = known.get(folder);
    if (found && now - found.atMillis < KEEP_MILLIS) return found.repository;
    const [oldest] = known.keys();
    if (known.size >= MAX_FOLDERS && oldest !== undefined) known.delete(oldest);
    const repository = read(folder);
    known.delete(folder);
    known.set(folder, { atMillis: now, ...(repository ? { repository } : {}) });
    return repository;
  };
  const isFresh = ({ at }: Fact): boolean => at !== undefined && at.unixNano >= millisToNano(nowMillis() - FRESH_MILLIS);
  return (facts, cwdOf) =>
    facts.map((fact) => {
      if ((fact.type !== 'turn.started' && fact.type !== 'session.seen') || fact.source !== 'hook' || fact.repository !== undefined || !isFresh(fact)) return fact;
      const told = facts.find((other) => other.type === 'session.seen' && other.sessionId === fact.sessionId && other.cwd !== undefined);
      const folder = (told?.type === 'session.seen' ? told.cwd : undefined) ?? cwdOf(fact.sessionId);
      const repository = folder === undefined ? undefined : repositoryOf(folder);
      return repository ? { ...fact, repository } : fact;
    });
}
