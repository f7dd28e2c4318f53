/** Our extension in pi. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isOnPath } from '../is-on-path.ts';
import { createPluginInstaller } from '../plugin-installer.ts';
import { EXTENSION_BODY } from './extension-body.ts';
import { findAgentFolder } from './places.ts';

/** pi loads TypeScript as it is. */
const FILE = ['extensions', 'spoor-extension.ts'] as const;

export const piInstaller = createPluginInstaller({
  id: 'pi',
  title: 'pi',
  isPresent(environment) {
    const folder = findAgentFolder(environment);
    return (folder !== undefined && existsSync(folder)) || isOnPath(environment, 'pi');
  },
  findFile(environment) {
    const folder = findAgentFolder(environment);
    return folder === undefined ? undefined : join(folder, ...FILE);
  },
  projectFile: ['.pi', ...FILE],
  body: EXTENSION_BODY,
  projectNote: 'pi loads the extensions of a project once you have trusted it.',
});
