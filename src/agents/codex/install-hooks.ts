/**
 * Our entries in Codex's `hooks.json`: event → list of groups, each with a list of handlers. They have no matcher: then every tool, every
 * way to start, every compaction matches, and the trust of an entry does not depend on how Codex reads one.
 */
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, removeNode, replaceSource, replaceValue, sourceOf, type JsonText } from '../json-edit.ts';

/** Codex waits for its hooks, and gives those of an interruption no more than this. Its own default is 600 s. */
export const TIMEOUT_SECONDS = 3;

/** What tells something. Codex passes over names that it does not know (older versions lack some). */
const EVENTS = [
  'SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest', 'PostToolUse', 'PostModelRequest', 'PostCompact', 'SubagentStart', 'SubagentStop', 'Stop', 'Interrupt',
] as const;

/** Where a handler of ours stands: its event, and its places from 0. */
export interface HookPlace {
  event: string;
  group: number;
  handler: number;
}

function toGroup(command: string): object {
  return { hooks: [{ type: 'command', command, timeout: TIMEOUT_SECONDS }] };
}

/** The text of a new file. */
export function toHooksFile(command: string): string {
  return `${JSON.stringify({ hooks: Object.fromEntries(EVENTS.map((event) => [event, [toGroup(command)]])) }, null, 2)}\n`;
}

/**
 * A hooks file with our group at the end of each event's, or why there can be none. Everybody else's stay where they are: trust is by
 * place. One of ours with another command (an older home) gets this command; one that is right is not touched.
 */
export function mergeHooks(json: JsonText, command: string): JsonText | { reason: string } {
  if (json.root.type !== 'object') return { reason: 'holds no JSON object' };
  const hooks = findProperty(json.root, 'hooks');
  if (isRepeated(json.root, 'hooks')) return { reason: 'has "hooks" twice' };
  const all = Object.fromEntries(EVENTS.map((event) => [event, [toGroup(command)]]));
  if (!hooks) return addProperty(json, json.root, 'hooks', all);
  if (hooks.type === 'null') return replaceValue(json, hooks, all);
  if (hooks.type !== 'object') return { reason: 'has "hooks" that are no object' };
  let merged = json;
  for (const event of EVENTS) {
    const result = mergeEvent(merged, event, command);
    if ('reason' in result) return result;
    merged = result;
  }
  return merged;
}

function mergeEvent(json: JsonText, event: string, command: string): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  const list = findProperty(hooks, event);
  if (isRepeated(hooks, event)) return { reason: `has "${event}" twice in its hooks` };
  if (!hooks || !list) return hooks ? addProperty(json, hooks, event, [toGroup(command)]) : json;
  if (list.type === 'null') return replaceValue(json, list, [toGroup(command)]);
  if (list.type !== 'array') return { reason: `has "${event}" hooks that are no list` };
  const [first, second] = findOurs(json, event, command);
  if (!first) return addItem(json, list, toGroup(command));
  if (second) return mergeEvent(removeHandler(json, second.node), event, command);
  const own = findProperty(first.node, 'command');
  return own && own.value !== command ? replaceValue(json, own, command) : json;
}

/** A hooks file without our handlers. `before`, the file as it was, says what stood where something is empty now; without it that goes, too. */
export function stripHooks(json: JsonText, command: string, before?: JsonText): JsonText {
  let stripped = json;
  for (const event of eventsOf(json).filter((name) => findOurs(json, name, command).length > 0)) {
    for (let [ours] = findOurs(stripped, event, command); ours; [ours] = findOurs(stripped, event, command)) stripped = removeHandler(stripped, ours.node);
    stripped = putBack(stripped, ['hooks', event], before);
  }
  return stripped === json ? json : putBack(putBack(stripped, ['hooks'], before), [], before);
}

/** Where our handlers stand. */
export function findHooks(json: JsonText, command: string): HookPlace[] {
  return eventsOf(json).flatMap((event) => findOurs(json, event, command).map(({ group, handler }) => ({ event, group, handler })));
}

/** A group that held nothing else goes with its handler. */
function removeHandler(json: JsonText, handler: Node): JsonText {
  const list = handler.parent;
  const group = list?.parent?.parent;
  const isAlone = list?.children?.length === 1 && group?.type === 'object';
  return removeNode(json, isAlone ? group : handler);
}

/** What is empty now at this path becomes what it was: empty in its own way, null, or not there. What is not empty stays. */
function putBack(json: JsonText, path: readonly string[], before: JsonText | undefined): JsonText {
  const find = (text: JsonText | undefined): Node | undefined => path.reduce(findProperty, text?.root);
  const node = find(json);
  const former = find(before);
  if (!node || node.children?.length !== 0 || former?.children?.length) return json;
  if (before && former) return replaceSource(json, node, sourceOf(before, former));
  return path.length > 0 ? removeNode(json, node) : json;
}

function eventsOf(json: JsonText): string[] {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

interface Found {
  node: Node;
  group: number;
  handler: number;
}

function findOurs(json: JsonText, event: string, command: string): Found[] {
  const list = findProperty(findProperty(json.root, 'hooks'), event);
  if (list?.type !== 'array') return [];
  return (list.children ?? []).flatMap((entry, group) => {
    const handlers = findProperty(entry, 'hooks');
    return handlers?.type === 'array' ? (handlers.children ?? []).flatMap((node, handler) => (isOurs(node, command) ? [{ node, group, handler }] : [])) : [];
  });
}

function isOurs(handler: Node, command: string): boolean {
  const value: unknown = findProperty(handler, 'command')?.value;
  return typeof value === 'string' && isOurCommand(value, command);
}

/** The path of this agent's shim, as a quoted word or a plain one. */
const SHIM_PATH = /'[^'\\]*\/hooks\/codex'|(?<![^\s;&|])[^\s'"\\;&|]*\/hooks\/codex(?![^\s;&|])/g;

/** Whether a command runs a shim of ours: this one, or the same with another home. */
export function isOurCommand(value: string, command: string): boolean {
  if (value === command) return true;
  const [shape, ours] = [value, command].map((text) => text.replaceAll(SHIM_PATH, 'shim'));
  return shape === ours && shape !== value;
}
