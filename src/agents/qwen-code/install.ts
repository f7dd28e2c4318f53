/** Our hooks in Qwen Code's `settings.json`. */
import { join } from 'node:path';
import type { Installer } from '../agent.ts';
import { findProperty } from '../json-edit.ts';
import { createSettingsInstaller } from '../settings-installer.ts';
import { findQwenHome } from './folders.ts';

/** Milliseconds for commands (its other kinds of hooks count seconds); Qwen Code's own default is 60 s, and it waits for its hooks. */
const TIMEOUT_MILLIS = 3_000;

/**
 * Not among them: `MessageDisplay`, which runs for each piece of an answer that is shown; `PostToolBatch`, which repeats what the calls'
 * own hooks told; notices (`Notification`, `InstructionsLoaded`, `Todo…`) and `PreCompact`, of which the history tells what came of it.
 */
const EVENTS = [
  { event: 'SessionStart' },
  { event: 'UserPromptSubmit' },
  { event: 'PreToolUse', matcher: '*' },
  { event: 'PermissionRequest', matcher: '*' },
  { event: 'PostToolUse', matcher: '*' },
  { event: 'PostToolUseFailure', matcher: '*' },
  { event: 'SubagentStart' },
  { event: 'SubagentStop' },
  { event: 'Stop' },
  { event: 'StopFailure' },
  { event: 'SessionEnd' },
];

const NATIVE_NOTE = 'Qwen Code writes what its telemetry would tell into its own history, which is read already: there is nothing to set.';

export const qwenInstaller: Installer = { ...createSettingsInstaller({
  id: 'qwen-code',
  title: 'Qwen Code',
  program: 'qwen',
  findSettings(environment) {
    const home = findQwenHome(environment);
    return home === undefined ? undefined : join(home, 'settings.json');
  },
  projectSettings: ['.qwen', 'settings.json'],
  entry: { name: 'spoor', type: 'command', timeout: TIMEOUT_MILLIS },
  events: EVENTS,
  findObstacles(settings) {
    const isOff = findProperty(settings.root, 'disableAllHooks')?.value === true;
    return isOff ? ['"disableAllHooks" is true: Qwen Code runs no hooks until that is gone, and nothing is traced live.'] : [];
  },
  projectNote: 'Qwen Code runs the hooks of a project only where the folder is trusted.',
}), nativeNote: NATIVE_NOTE };
