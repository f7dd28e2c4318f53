/** Where Codex's configuration stands, and where hooks go. */
import { realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { InstallRequest } from '../agent.ts';
import { NO_HOME, type Refusal } from '../install-file.ts';
import { findCodexHome } from './codex-home.ts';

export interface CodexPlaces {
  /** The user's, whatever the scope: approvals count only there. */
  config: string;
  hooks: string;
  /** The hooks' file as Codex may name it: by a real path where its home is named by a variable. */
  hooksNames: string[];
  isProject: boolean;
}

/** `options.scope: 'project'`: the hooks of the project at `options.folder` (absolute). */
export function findPlaces({ environment, options }: Pick<InstallRequest, 'environment' | 'options'>): CodexPlaces | Refusal {
  const home = findCodexHome(environment);
  if (home === undefined) return NO_HOME;
  const { scope, folder } = options;
  const isProject = scope === 'project';
  if (isProject && (typeof folder !== 'string' || !isAbsolute(folder))) return { refusal: 'Which project the hooks are for is not known. Run it in the folder of the project.' };
  const place = isProject ? join(String(folder), '.codex') : home;
  const hooks = join(place, 'hooks.json');
  return { config: join(home, 'config.toml'), hooks, hooksNames: [...new Set([hooks, join(toRealPath(place), 'hooks.json')])], isProject };
}

function toRealPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
