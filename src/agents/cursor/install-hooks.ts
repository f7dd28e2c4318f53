/** Our entries in Cursor's hook file: `{"version": 1, "hooks": {<event>: [{"command": …}]}}`. */
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, removeNode, replaceValue, type JsonText } from '../json-edit.ts';
import { isOwnCommand } from '../own-command.ts';
import { putBack } from '../put-back.ts';
import { withAnswer, withoutAnswer } from './hook-answer.ts';
import { AGENT } from './names.ts';

/** Seconds; Cursor's own default is 60, and it waits for its hooks. */
const TIMEOUT_SECONDS = 3;

/**
 * Every event that tells something of its own. Not the pairs that tell one kind of call (`beforeShellExecution`, `afterFileEdit` …), whose
 * calls these tell as well; nor those of completions. One event that a version does not know may void the file: these are as old as 2.4.
 */
export const HOOK_EVENTS = [
  'sessionStart', 'beforeSubmitPrompt', 'preToolUse', 'postToolUse', 'postToolUseFailure', 'subagentStart', 'subagentStop', 'afterAgentThought', 'afterAgentResponse', 'preCompact', 'stop',
  'sessionEnd',
] as const;

function toEntry(command: string): Record<string, unknown> {
  return { command: withAnswer(command), timeout: TIMEOUT_SECONDS };
}

/** The whole of a new file. */
export function toHookFile(command: string): Record<string, unknown> {
  return { version: 1, hooks: Object.fromEntries(HOOK_EVENTS.map((event) => [event, [toEntry(command)]])) };
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
  if (!hooks || !list) return hooks ? addProperty(json, hooks, event, [toEntry(command)]) : json;
  if (list.type === 'null') return replaceValue(json, list, [toEntry(command)]);
  if (list.type !== 'array') return { reason: `has "${event}" hooks that are no list` };
  const [first, second] = findOurs(json, event, command);
  if (second) return mergeEvent(removeNode(json, second), event, command);
  if (!first) return addItem(json, list, toEntry(command));
  const known = findProperty(first, 'command');
  return known && !isCurrent(String(known.value), command) ? replaceValue(json, known, withAnswer(command)) : json;
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
  return [...new Set([...HOOK_EVENTS, ...eventsOf(json)])].map((event) => ({ event, commands: findOurs(json, event, command).map((entry) => String(findProperty(entry, 'command')?.value)) }));
}

/** Whether a command is the one that it would be today. */
export function isCurrent(value: string, command: string): boolean {
  return value === withAnswer(command);
}

/** Whether our entries of an event are marked to block the call when they fail, which only a person can have done. */
export function findFailClosed(json: JsonText, command: string): string[] {
  return eventsOf(json).filter((event) => findOurs(json, event, command).some((entry) => findProperty(entry, 'failClosed')?.value === true));
}

function eventsOf(json: JsonText): string[] {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

function findOurs(json: JsonText, event: string, command: string): Node[] {
  const list = findProperty(findProperty(json.root, 'hooks'), event);
  return (list?.type === 'array' ? (list.children ?? []) : []).filter((entry) => {
    const value: unknown = findProperty(entry, 'command')?.value;
    return typeof value === 'string' && isOwnCommand(withoutAnswer(value), command, AGENT);
  });
}
