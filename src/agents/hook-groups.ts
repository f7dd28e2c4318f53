/**
 * Our entries among the hooks of a JSON file in the form that several agents share: event → groups `{matcher?, hooks: [handler]}`. Pure
 * edits of text: everybody else's groups and handlers stay byte for byte.
 */
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, removeNode, replaceSource, replaceValue, sourceOf, type JsonText } from './json-edit.ts';

/** One registration: its group as it is written into the file. The group holds one handler, ours. */
export interface HookGroup {
  event: string;
  matcher?: string;
  handler: { type: 'command'; command: string } & Record<string, unknown>;
}

/** Whether a command is one of ours, in whatever home it was installed. */
export type IsOurs = (command: string) => boolean;

/**
 * A file with our group in each event, or why there can be none. A handler of ours with another command (an older home) gets this one;
 * a second one goes, and so do ours in events that are no longer wanted.
 */
export function mergeGroups(json: JsonText, groups: readonly HookGroup[], isOurs: IsOurs): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  if (isRepeated(json.root, 'hooks')) return { reason: 'has "hooks" twice' };
  if (!hooks) return addProperty(json, json.root, 'hooks', toHooks(groups));
  if (hooks.type === 'null') return replaceValue(json, hooks, toHooks(groups));
  if (hooks.type !== 'object') return { reason: 'has "hooks" that are no object' };
  let merged = json;
  const wanted = new Set(groups.map(({ event }) => event));
  for (const event of eventsOf(json)) if (!wanted.has(event)) merged = stripEvent(merged, event, isOurs);
  for (const group of groups) {
    const result = mergeEvent(merged, group, isOurs);
    if ('reason' in result) return result;
    merged = result;
  }
  return merged;
}

/** The `hooks` object of a new file. */
export function toHooks(groups: readonly HookGroup[]): Record<string, object[]> {
  return Object.fromEntries(groups.map((group) => [group.event, [toGroup(group)]]));
}

function toGroup({ matcher, handler }: HookGroup): object {
  return { ...(matcher === undefined ? {} : { matcher }), hooks: [handler] };
}

function mergeEvent(json: JsonText, group: HookGroup, isOurs: IsOurs): JsonText | { reason: string } {
  const { event, handler } = group;
  const hooks = findProperty(json.root, 'hooks');
  const list = findProperty(hooks, event);
  if (isRepeated(hooks, event)) return { reason: `has "${event}" twice in its hooks` };
  if (!hooks || !list) return hooks ? addProperty(json, hooks, event, [toGroup(group)]) : json;
  if (list.type === 'null') return replaceValue(json, list, [toGroup(group)]);
  if (list.type !== 'array') return { reason: `has "${event}" hooks that are no list` };
  const [first, second] = findOurs(json, event, isOurs);
  if (!first) return addItem(json, list, toGroup(group));
  if (second) return mergeEvent(removeHandler(json, second), group, isOurs);
  const command = findProperty(first, 'command');
  return command && command.value !== handler.command ? replaceValue(json, command, handler.command) : json;
}

/**
 * A file without our handlers. `before`, the file as it was before they came, says what stood where a list or `hooks` or the whole object
 * is empty now; without it they go, too.
 */
export function stripGroups(json: JsonText, isOurs: IsOurs, before?: JsonText): JsonText {
  let stripped = json;
  for (const event of eventsOf(json)) {
    const next = stripEvent(stripped, event, isOurs, before);
    stripped = next;
  }
  return stripped === json ? json : putBack(putBack(stripped, ['hooks'], before), [], before);
}

function stripEvent(json: JsonText, event: string, isOurs: IsOurs, before?: JsonText): JsonText {
  let stripped = json;
  for (let [ours] = findOurs(stripped, event, isOurs); ours; [ours] = findOurs(stripped, event, isOurs)) stripped = removeHandler(stripped, ours);
  return stripped === json ? json : putBack(stripped, ['hooks', event], before);
}

/** A handler with its group where it is the only one in it. */
function removeHandler(json: JsonText, handler: Node): JsonText {
  const list = handler.parent;
  const group = list?.parent?.parent;
  return removeNode(json, list?.children?.length === 1 && group ? group : handler);
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

/** Whether a handler of ours stands in a file. */
export function hasGroups(json: JsonText, isOurs: IsOurs): boolean {
  return eventsOf(json).some((event) => findOurs(json, event, isOurs).length > 0);
}

function eventsOf(json: JsonText): string[] {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

function findOurs(json: JsonText, event: string, isOurs: IsOurs): Node[] {
  const list = findProperty(findProperty(json.root, 'hooks'), event);
  const groups = list?.type === 'array' ? (list.children ?? []) : [];
  return groups.flatMap((group) => {
    const handlers = findProperty(group, 'hooks');
    return handlers?.type === 'array' ? (handlers.children ?? []).filter((handler) => isOursAt(handler, isOurs)) : [];
  });
}

function isOursAt(handler: Node, isOurs: IsOurs): boolean {
  const command: unknown = findProperty(handler, 'command')?.value;
  return typeof command === 'string' && isOurs(command);
}
