import type { Repository } from './repository.ts';

/** What people call the tree that a turn worked in: `owner/name` as it is told, else the path of its page; undefined where neither is known. */
export function toRepositoryLabel({ name, url }: Repository): string | undefined {
  return name ?? /^https:\/\/[^/]+\/(.+)$/.exec(url ?? '')?.[1];
}

/** The project of a session: its repository, else the last part of its folder. */
export function toProject(repository: string | undefined, cwd: string | undefined): string | undefined {
  return repository ?? (cwd === undefined ? undefined : (/([^/\\]+)[/\\]*$/.exec(cwd)?.[1] ?? cwd));
}
