/** Our hooks in `~/.cursor/hooks.json`, or a project's `.cursor/hooks.json`. The IDE and `cursor-agent` read both, and run what stands in either. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../core/finding.ts';
import { createHookFileInstaller } from '../hook-file-installer.ts';
import { isOnPath } from '../is-on-path.ts';
import { findProperty, type JsonText } from '../json-edit.ts';
import { findListed, listEvents, type ListedHooks } from '../listed-hooks.ts';
import { toCursorHooks } from './install-hooks.ts';
import { findCursorHome, findDatabases } from './places.ts';

export const cursorInstaller = createHookFileInstaller({
  title: 'Cursor',
  isPresent(environment) {
    const home = findCursorHome(environment);
    const isThere = home !== undefined && (existsSync(home) || findDatabases(environment).some((path) => existsSync(path)));
    return isThere || ['cursor', 'cursor-agent'].some((program) => home !== undefined && isOnPath(environment, program));
  },
  findFile(environment) {
    const home = findCursorHome(environment);
    return home === undefined ? undefined : join(home, 'hooks.json');
  },
  projectFile: ['.cursor', 'hooks.json'],
  toHooks: toCursorHooks,
  installed(isProject) {
    const trust = isProject ? ' Cursor runs the hooks of a project only where its folder is trusted.' : '';
    return `Cursor: open windows read the file again; start a new chat${isProject ? ' in this project' : ''}, and it is traced.${trust}`;
  },
  uninstalled: 'Cursor takes its hooks out when it reads the file again; until then they do nothing.',
  findFaults: (json) => (findProperty(json.root, 'version')?.value === 1 ? [] : ['its "version" is not 1, so Cursor reads none of it']),
  inspect: findFailClosed,
});

/** Entries of ours that are marked to block the call when they fail, which only a person can have done. */
function findFailClosed(path: string, json: JsonText, ours: ListedHooks): Finding[] {
  const closed = listEvents(json).filter((event) => findListed(json, ours, event).some((entry) => findProperty(entry, 'failClosed')?.value === true));
  if (closed.length === 0) return [];
  return [{ check: 'hooks-fail-closed', state: 'attention', seen: `${path}: "failClosed" is set on the hook of spoor for ${closed.join(', ')}: Cursor refuses a call when that hook fails`, next: `take "failClosed" out of the hooks of spoor in ${path}` }];
}
