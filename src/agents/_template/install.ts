/** Our hooks in Template's `settings.json`. An agent with another file has another installer: see those of the rooms beside this one. */
import { join } from 'node:path';
import { createSettingsInstaller } from '../settings-installer.ts';
import { findTemplateHome } from './folders.ts';

/** Milliseconds; the hook itself needs about three. */
const TIMEOUT_MILLIS = 3_000;

export const templateInstaller = createSettingsInstaller({
  id: 'template',
  title: 'Template',
  program: 'template',
  findSettings(environment) {
    const home = findTemplateHome(environment);
    return home === undefined ? undefined : join(home, 'settings.json');
  },
  projectSettings: ['.template', 'settings.json'],
  entry: { type: 'command', timeout: TIMEOUT_MILLIS },
  // Only events that tell something, none that changes what the agent does by being registered.
  events: [{ event: 'SessionStart' }, { event: 'Prompt' }, { event: 'ToolStart', matcher: '*' }, { event: 'ToolEnd', matcher: '*' }, { event: 'Stop' }],
  findObstacles: () => [],
  projectNote: 'Template runs the hooks of a project only where the folder is trusted.',
});
