/** Our entries in Codex's `hooks.json`. */
import { findProperty, type JsonText } from '../json-edit.ts';
import type { GroupedHooks } from '../grouped-hooks.ts';
import { isOwnCommand } from '../own-command.ts';

/** Codex waits for its hooks, and gives those of an interruption no more than this. Its own default is 600 s. */
export const TIMEOUT_SECONDS = 3;

/**
 * What tells something. Codex passes over names that it does not know: older versions lack some. None has a matcher: then every tool and
 * every compaction matches, and the approval of an entry does not depend on how Codex reads one.
 */
const EVENTS = [
  'SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest', 'PostToolUse', 'PostModelRequest', 'PostCompact', 'SubagentStart', 'SubagentStop', 'Stop', 'Interrupt',
].map((event) => ({ event }));

/** What is to stand in the file. */
export function toGroupedHooks(command: string): GroupedHooks {
  return { agent: 'codex', command, entry: { type: 'command', timeout: TIMEOUT_SECONDS }, events: EVENTS };
}

/** Where an entry of ours stands: its event, and its places from 0. */
export interface HookPlace {
  event: string;
  group: number;
  entry: number;
}

/** Every place of ours in the file. */
export function findHookPlaces(json: JsonText, command: string): HookPlace[] {
  const hooks = findProperty(json.root, 'hooks');
  const events = hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
  return events.flatMap((event) => {
    const groups = findProperty(hooks, event);
    return (groups?.type === 'array' ? (groups.children ?? []) : []).flatMap((one, group) => {
      const entries = findProperty(one, 'hooks');
      return (entries?.type === 'array' ? (entries.children ?? []) : []).flatMap((node, index) => {
        const value: unknown = findProperty(node, 'command')?.value;
        return typeof value === 'string' && isOwnCommand(value, command, 'codex') ? [{ event, group, entry: index }] : [];
      });
    });
  });
}
