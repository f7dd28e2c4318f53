/**
 * Kiro V3 runs the hooks of hook files, and those of agent files too while it moves over: one event may then be told twice. The
 * command in our hook file says so (hooks of agent files say nothing), and assembly drops the echo.
 */
export const CHANNEL_VARIABLE = 'SPOOR_HOOK_CHANNEL';

/** The shell text of our hook file: `export` means the same to sh, bash, zsh, ksh and fish. */
export function toFileCommand(hookCommand: string): string {
  return `export ${CHANNEL_VARIABLE}=file; ${hookCommand}`;
}
