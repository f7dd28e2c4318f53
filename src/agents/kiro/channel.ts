/**
 * Kiro V3 runs the hooks of hook files, and those of agent files too while it moves over: one event may then be told twice. The
 * command in our hook file says so (hooks of agent files say nothing), and assembly drops the echo.
 */
import { withVariable } from '../hook-command.ts';

export const CHANNEL_VARIABLE = 'SPOOR_HOOK_CHANNEL';

/** The command of our hook file. */
export function toFileCommand(hookCommand: string): string {
  return withVariable(hookCommand, CHANNEL_VARIABLE, 'file');
}
