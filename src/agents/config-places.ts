/** Lists of places for `Agent.config`, written short. */
import { basename, dirname, join, sep } from 'node:path';
import type { ConfigPlace, ConfigRequest } from './agent.ts';

/** A folder in which an agent looks. */
export interface ConfigScope {
  folder: string;
  /** Links may lead as far. */
  within: string;
  /** What names of files in it begin with: empty in a project, `~/.claude/` in the user's own. */
  prefix: string;
}

/** The agent's own folder in the user's home; none where it is not known. Links in it may lead anywhere in the home: people keep such files elsewhere. */
export function toUserScope({ environment }: ConfigRequest, folder: string | undefined): ConfigScope[] {
  if (folder === undefined) return [];
  const { home } = environment;
  const isBelow = home !== undefined && folder.startsWith(home + sep);
  return [{ folder, within: isBelow ? home : dirname(folder), prefix: isBelow ? `~/${folder.slice(home.length + 1).replaceAll(sep, '/')}/` : `${basename(folder)}/` }];
}

/** The folders of the project, the one that the session runs in first. */
export function toProjectScopes({ folders }: ConfigRequest): ConfigScope[] {
  const top = folders.at(-1) ?? '';
  return folders.map((folder) => ({ folder, within: top, prefix: folder === top ? '' : `${folder.slice(top.length + 1).replaceAll(sep, '/')}/` }));
}

/** A folder below each of these. */
export function below(scopes: readonly ConfigScope[], name: string): ConfigScope[] {
  return scopes.map(({ folder, within, prefix }) => ({ folder: join(folder, name), within, prefix: `${prefix}${name}/` }));
}

type Kind = ConfigPlace['kind'];

/** Single files in each of these folders. */
export function filesAt(kind: Kind, scopes: readonly ConfigScope[], ...names: readonly string[]): ConfigPlace[] {
  return scopes.flatMap(({ folder, within, prefix }) => names.map((name): ConfigPlace => ({ kind, form: 'file', path: join(folder, name), within, name: prefix + name })));
}

/** All files with this ending in a folder of this name in each of these. */
export function filesIn(kind: Kind, scopes: readonly ConfigScope[], name: string, ending: string): ConfigPlace[] {
  return below(scopes, name).map(({ folder, within, prefix }) => ({ kind, form: 'files', path: folder, within, name: prefix, ending }));
}

/** Skills in folders of these names in each of these. */
export function skillsIn(scopes: readonly ConfigScope[], ...names: readonly string[]): ConfigPlace[] {
  return names.flatMap((name) => below(scopes, name)).map(({ folder, within, prefix }) => ({ kind: 'skill', form: 'folders', path: folder, within, name: prefix }));
}

/** What stands under a key of a file in each of these, entry by entry (servers) or as one (hooks). */
export function valuesAt(kind: Kind, scopes: readonly ConfigScope[], { file, key }: { file: string; key: readonly string[] }): ConfigPlace[] {
  return scopes.map(({ folder, within, prefix }) => ({ kind, form: kind === 'mcp' || kind === 'agent' ? 'entries' : 'values', path: join(folder, file), within, name: prefix + file, key }));
}
