/**
 * Cursor runs the hooks of Claude Code's settings and plugins, too (https://cursor.com/docs/reference/third-party-hooks.md), and reads what
 * they print as it reads its own: silence is a fault there, for which it refuses the call. So our hook says `{}` to Cursor, which decides
 * nothing, and nothing to Claude Code. What Cursor tells it is no word of Claude Code's.
 */
import type { InstallRequest } from '../agent.ts';
import { withAnswer } from '../hook-command.ts';

/** Cursor sets it in every hook that it runs. */
export const CURSOR_VARIABLE = 'CURSOR_VERSION';

/** A request for the command with the answer for Cursor. */
export function answeringCursor<T extends Pick<InstallRequest, 'hookCommand'>>(request: T): T {
  return { ...request, hookCommand: withAnswer(request.hookCommand, '{}', CURSOR_VARIABLE) };
}

/** Whether Cursor wrote this payload: its own version stands in each of them. */
export function isOfCursor(payload: Readonly<Record<string, unknown>>): boolean {
  return typeof payload.cursor_version === 'string';
}
