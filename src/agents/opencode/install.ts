/** Our plugin in OpenCode. Versions before 1.2 know the folder of plugins by the name `plugin` only; later ones know it as `plugins`, too. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Installer } from '../agent.ts';
import { isOnPath } from '../is-on-path.ts';
import { createPluginInstaller } from '../plugin-installer.ts';
import { findConfigFolder, findDataFolder } from './places.ts';
import { PLUGIN_BODY } from './plugin-body.ts';

const FILE = ['plugin', 'spoor-plugin.js'] as const;

const NATIVE_NOTE = "OpenCode's own telemetry tells of its insides, and of requests hardly more than its history: nothing is set.";

export const openCodeInstaller: Installer = { ...createPluginInstaller({
  id: 'opencode',
  title: 'OpenCode',
  isPresent(environment) {
    return [findConfigFolder(environment), findDataFolder(environment)].some((folder) => folder !== undefined && existsSync(folder)) || isOnPath(environment, 'opencode');
  },
  findFile(environment) {
    const folder = findConfigFolder(environment);
    return folder === undefined ? undefined : join(folder, ...FILE);
  },
  projectFile: ['.opencode', ...FILE],
  body: PLUGIN_BODY,
}), nativeNote: NATIVE_NOTE };
