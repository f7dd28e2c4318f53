/** Our entries in a hook file of Copilot's: `{"version": 1, "hooks": {<event>: [<entry>]}}`. */
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, removeNode, replaceValue, type JsonText } from '../json-edit.ts';
import { parseNodeScript, toQuotedCommand, withVariable, withoutVariable } from '../hook-command.ts';
import { isOwnCommand } from '../own-command.ts';
import { putBack } from '../put-back.ts';
import { AGENT } from './names.ts';

/** Seconds; Copilot's own default is 30, and it waits for its hooks. */
const TIMEOUT_SECONDS = 3;

/**
 * Spelled as Claude Code spells them, which VS Code reads, too, and which makes Copilot CLI tell more. Not among them: `PermissionRequest`,
 * which runs whether or not a person is asked; `Notification`, which tells of a question but not about what; `PreMcpToolCall`, `PreCompact`
 * and `ErrorOccurred`, which tell nothing that the history does not.
 */
export const HOOK_EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd'] as const;

/** Whose payload does not name the event, however that is spelled: the command does. */
const NAMELESS = 'SubagentStart';

const EVENT_VARIABLE = 'SPOOR_HOOK_EVENT';

/** Where the command stands: Copilot reads another key on Windows, and runs that in PowerShell. */
function keyOf(command: string): 'bash' | 'powershell' {
  return parseNodeScript(command) === undefined ? 'bash' : 'powershell';
}

/** A hook that fails keeps its tool from running: PowerShell leaves with 0 also where it finds no node. */
function toEventCommand(event: string, command: string): string {
  const told = event === NAMELESS ? withVariable(command, EVENT_VARIABLE, event) : command;
  return keyOf(command) === 'bash' ? told : `try { ${toQuotedCommand(told)} } catch { }; exit 0`;
}

/** What PowerShell is to run, out of the text around it. Other commands stay as they are. */
export function unwrap(value: string): string {
  return value.replace(/^try \{ (node -e ".*") \} catch \{ \}; exit 0$/, '$1');
}

function toEntry(event: string, command: string): Record<string, unknown> {
  return { type: 'command', [keyOf(command)]: toEventCommand(event, command), timeoutSec: TIMEOUT_SECONDS };
}

/** The whole of a new file. */
export function toHookFile(command: string): Record<string, unknown> {
  return { version: 1, hooks: Object.fromEntries(HOOK_EVENTS.map((event) => [event, [toEntry(event, command)]])) };
}

/** A hook file with our entry in each event, or why there can be none. Everybody else's stay. */
export function mergeHooks(json: JsonText, command: string): JsonText | { reason: string } {
  if (isRepeated(json.root, 'hooks')) return { reason: 'has "hooks" twice' };
  const version = findProperty(json.root, 'version');
  if (version && version.value !== 1) return { reason: 'is of another version than 1' };
  let merged = version ? json : addProperty(json, json.root, 'version', 1);
  const hooks = findProperty(merged.root, 'hooks');
  if (!hooks) return addProperty(merged, merged.root, 'hooks', toHookFile(command).hooks);
  if (hooks.type === 'null') return replaceValue(merged, hooks, toHookFile(command).hooks);
  if (hooks.type !== 'object') return { reason: 'has "hooks" that are no object' };
  for (const event of HOOK_EVENTS) {
    const next = mergeEvent(merged, event, command);
    if ('reason' in next) return next;
    merged = next;
  }
  return merged;
}

function mergeEvent(json: JsonText, event: string, command: string): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  const list = findProperty(hooks, event);
  if (isRepeated(hooks, event)) return { reason: `has "${event}" twice in its hooks` };
  if (!hooks || !list) return hooks ? addProperty(json, hooks, event, [toEntry(event, command)]) : json;
  if (list.type === 'null') return replaceValue(json, list, [toEntry(event, command)]);
  if (list.type !== 'array') return { reason: `has "${event}" hooks that are no list` };
  const [first, second] = findOurs(json, event, command);
  if (second) return mergeEvent(removeNode(json, second), event, command);
  if (!first) return addItem(json, list, toEntry(event, command));
  const known = findProperty(first, keyOf(command));
  return known && known.value !== toEventCommand(event, command) ? replaceValue(json, known, toEventCommand(event, command)) : json;
}

/**
 * The file without our entries. `before`, the file as it was before they came, says what stood where a list or `hooks` is empty now, and
 * whether there was a version; without it lists that held nothing else go with them.
 */
export function stripHooks(json: JsonText, command: string, before?: JsonText): JsonText {
  const former = before && stripHooks(before, command);
  let stripped = json;
  for (const event of eventsOf(json).filter((name) => findOurs(json, name, command).length > 0)) {
    for (let [ours] = findOurs(stripped, event, command); ours; [ours] = findOurs(stripped, event, command)) stripped = removeNode(stripped, ours);
    stripped = putBack(stripped, ['hooks', event], former);
  }
  if (stripped === json || !former) return stripped;
  const version = findProperty(former.root, 'version') ? undefined : findProperty(stripped.root, 'version');
  return putBack(putBack(version ? removeNode(stripped, version) : stripped, ['hooks'], former), [], former);
}

/** Our commands of each event, as they stand there. */
export function readHooks(json: JsonText, command: string): { event: string; commands: string[] }[] {
  return [...new Set([...HOOK_EVENTS, ...eventsOf(json)])].map((event) => ({ event, commands: findOurs(json, event, command).map((entry) => String(findProperty(entry, keyOf(command))?.value)) }));
}

/** Whether an event's command is the one that it would get today. */
export function isCurrent(event: string, value: string, command: string): boolean {
  return value === toEventCommand(event, command);
}

function eventsOf(json: JsonText): string[] {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

function findOurs(json: JsonText, event: string, command: string): Node[] {
  const list = findProperty(findProperty(json.root, 'hooks'), event);
  return (list?.type === 'array' ? (list.children ?? []) : []).filter((entry) => {
    const value: unknown = findProperty(entry, keyOf(command))?.value;
    return typeof value === 'string' && isOwnCommand(withoutVariable(unwrap(value), EVENT_VARIABLE), command, AGENT);
  });
}
