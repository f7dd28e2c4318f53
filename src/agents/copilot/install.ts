/**
 * Our hooks in a file of their own: `~/.copilot/hooks/spoor.json`, or a project's `.github/hooks/spoor.json`. Copilot CLI and VS Code read
 * every file in these folders.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEnvironment, Installer } from '../agent.ts';
import { createHookFileInstaller } from '../hook-file-installer.ts';
import { peekJson } from '../install-file.ts';
import { isOnPath } from '../is-on-path.ts';
import { findProperty } from '../json-edit.ts';
import { findCopilotHome } from './folders.ts';
import { toCopilotHooks, unwrap } from './install-hooks.ts';

/** Where a person may have switched all hooks off. */
const SETTINGS = ['settings.json', 'settings.local.json', 'config.json'] as const;

const NATIVE_NOTE = 'GitHub Copilot CLI takes its telemetry settings from its shell alone. To have it write a file that spoor import reads: export COPILOT_OTEL_FILE_EXPORTER_PATH=~/.copilot/telemetry.jsonl';

export const copilotInstaller: Installer = { ...createHookFileInstaller({
  title: 'GitHub Copilot',
  isPresent(environment) {
    const home = findCopilotHome(environment);
    return home !== undefined && (existsSync(home) || isOnPath(environment, 'copilot'));
  },
  findFile(environment) {
    const home = findCopilotHome(environment);
    return home === undefined ? undefined : join(home, 'hooks', 'spoor.json');
  },
  projectFile: ['.github', 'hooks', 'spoor.json'],
  isOurName: true,
  toHooks: toCopilotHooks,
  unwrap,
  installed(isProject) {
    const trust = isProject ? ' Copilot CLI runs the hooks of a project only where the folder is trusted, with -p only if it is started with --trust-folder.' : '';
    return `GitHub Copilot: start a new session${isProject ? ' in this project' : ''}, and it is traced.${trust}`;
  },
  uninstalled: 'Sessions of GitHub Copilot that are open now keep their hooks until they end; the hooks then do nothing.',
  findObstacles,
}), nativeNote: NATIVE_NOTE };

function findObstacles(environment: AgentEnvironment): { file: string; sentence: string }[] {
  const home = findCopilotHome(environment);
  return SETTINGS.flatMap((name) => {
    const file = join(home ?? '', name);
    const isOff = home !== undefined && findProperty(peekJson(file)?.root, 'disableAllHooks')?.value === true;
    return isOff ? [{ file, sentence: '"disableAllHooks" is true: Copilot runs no hooks until that is false, and nothing is traced live.' }] : [];
  });
}
