/** Which file an installer is to edit, and how what it finds there is told. */
import { isAbsolute, join } from 'node:path';
import type { Finding } from '../core/finding.ts';
import type { AgentEnvironment, InstallPlan, InstallRequest } from './agent.ts';
import { NO_HOME, type Refusal } from './install-file.ts';

export interface InstallTarget {
  path: string;
  isProject: boolean;
}

/** The user's file, or with `options.scope: 'project'` the one of the project at `options.folder`. `project`: its names below that folder. */
export function findInstallTarget({ environment, options }: InstallRequest, files: { find(environment: AgentEnvironment): string | undefined; project: readonly string[] }): InstallTarget | Refusal {
  if (options.scope === 'project') {
    const { folder } = options;
    if (typeof folder === 'string' && isAbsolute(folder)) return { path: join(folder, ...files.project), isProject: true };
    return { refusal: 'Which project the hooks are for is not known. Run it in the folder of the project.' };
  }
  const path = files.find(environment);
  return path === undefined ? NO_HOME : { path, isProject: false };
}

/** A plan that does nothing but say why. */
export function refuse({ refusal }: Refusal): InstallPlan {
  return { edits: [], notes: [], refusal };
}

/** How our hooks stand in a file that has some. `events`: how many should have one; `missing`, `stale`: those that have none, or an old one. */
export function toHooksFinding(path: string, hooks: { events: number; missing: readonly string[]; stale: readonly string[]; faults?: readonly string[]; installCommand: string }): Finding {
  const { events, missing, stale, installCommand } = hooks;
  const faults = [
    ...(hooks.faults ?? []),
    ...(missing.length > 0 ? [`it has no hook of spoor for ${missing.join(', ')}`] : []),
    ...(stale.length > 0 ? [`${stale.join(', ')} ${stale.length === 1 ? 'runs' : 'run'} the hook of another home or version of spoor`] : []),
  ];
  if (faults.length > 0) return { check: 'hooks', state: 'broken', seen: `${path}: ${faults.join('; ')}`, next: installCommand };
  return { check: 'hooks', state: 'ok', seen: `${path}: all ${events} hooks of spoor` };
}
