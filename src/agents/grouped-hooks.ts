/**
 * Our hooks in a settings file of the form that several agents share: `hooks` → event → groups (`matcher?`, `hooks`) → commands. Pure: from
 * text to text. Ours stand in groups of their own; everybody else's entries stay as they are.
 */
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, removeNode, replaceValue, type JsonText } from './json-edit.ts';
import { isOwnCommand } from './own-command.ts';
import { putBack } from './put-back.ts';

/** What is to stand in the file. */
export interface GroupedHooks {
  agent: string;
  /** The shell text that each of our entries runs. */
  command: string;
  /** Of every entry of ours, beside its command. */
  entry: Readonly<Record<string, unknown>>;
  /** In the order in which they are written. A matcher is for tools; some agents want it said. */
  events: readonly { event: string; matcher?: string }[];
}

/** Our groups as they stand in a new file. */
export function toGroups({ events, entry, command }: GroupedHooks): Record<string, unknown[]> {
  return Object.fromEntries(events.map(({ event, matcher }) => [event, [{ ...(matcher === undefined ? {} : { matcher }), hooks: [{ ...entry, command }] }]]));
}

/**
 * A settings file with our group in each event, or why there can be none. One of ours with another command (an older home) gets this
 * command; a second one goes; an entry that is right is not touched.
 */
export function mergeGroups(json: JsonText, ours: GroupedHooks): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  if (isRepeated(json.root, 'hooks')) return { reason: 'has "hooks" twice' };
  if (!hooks) return addProperty(json, json.root, 'hooks', toGroups(ours));
  if (hooks.type === 'null') return replaceValue(json, hooks, toGroups(ours));
  if (hooks.type !== 'object') return { reason: 'has "hooks" that are no object' };
  let merged = json;
  for (const [event, [group]] of Object.entries(toGroups(ours))) {
    const result = mergeEvent(merged, ours, { event, group });
    if ('reason' in result) return result;
    merged = result;
  }
  return merged;
}

function mergeEvent(json: JsonText, ours: GroupedHooks, { event, group }: { event: string; group: unknown }): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  const list = findProperty(hooks, event);
  if (isRepeated(hooks, event)) return { reason: `has "${event}" twice in its hooks` };
  if (!hooks || !list) return hooks ? addProperty(json, hooks, event, [group]) : json;
  if (list.type === 'null') return replaceValue(json, list, [group]);
  if (list.type !== 'array') return { reason: `has "${event}" hooks that are no list` };
  const [first, second] = findOurs(json, event, ours);
  if (!first) return addItem(json, list, group);
  if (second) return mergeEvent(removeEntry(json, second), ours, { event, group });
  const command = findProperty(first, 'command');
  return command && command.value !== ours.command ? replaceValue(json, command, ours.command) : json;
}

/**
 * A settings file without our entries. `before`, the file as it was before they came, says what stood where a list or `hooks` or the whole
 * object is empty now; without it they go, too.
 */
export function stripGroups(json: JsonText, ours: Pick<GroupedHooks, 'agent' | 'command'>, before?: JsonText): JsonText {
  // Ours of an older home may have stood there before: they go, too.
  const former = before && stripGroups(before, ours);
  let stripped = json;
  for (const event of eventsOf(json).filter((name) => findOurs(json, name, ours).length > 0)) {
    for (let [one] = findOurs(stripped, event, ours); one; [one] = findOurs(stripped, event, ours)) stripped = removeEntry(stripped, one);
    stripped = putBack(stripped, ['hooks', event], former);
  }
  return stripped === json ? json : putBack(putBack(stripped, ['hooks'], former), [], former);
}

/** Whether an entry of ours stands in the file. */
export function hasGroups(json: JsonText, ours: Pick<GroupedHooks, 'agent' | 'command'>): boolean {
  return eventsOf(json).some((event) => findOurs(json, event, ours).length > 0);
}

/** How our hooks stand in a file. */
export interface GroupInspection {
  /** Our commands in it, each once. */
  commands: string[];
  /** Events that have none of ours. */
  missing: string[];
  /** Events whose command of ours is not this one. */
  stale: string[];
}

/** How our hooks stand in a settings file, by the events that should have them. */
export function inspectGroups(json: JsonText, ours: GroupedHooks): GroupInspection {
  const byEvent = ours.events.map(({ event }) => ({ event, commands: findOurs(json, event, ours).map((entry) => String(findProperty(entry, 'command')?.value)) }));
  return {
    commands: [...new Set(byEvent.flatMap(({ commands }) => commands))],
    missing: byEvent.filter(({ commands }) => commands.length === 0).map(({ event }) => event),
    stale: byEvent.filter(({ commands }) => commands.some((one) => one !== ours.command)).map(({ event }) => event),
  };
}

/** The entry, and its group where nothing else stands in that. */
function removeEntry(json: JsonText, entry: Node): JsonText {
  const list = entry.parent;
  const group = list?.parent?.parent;
  return removeNode(json, group && list.children?.length === 1 ? group : entry);
}

function eventsOf(json: JsonText): string[] {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

function findOurs(json: JsonText, event: string, { agent, command }: Pick<GroupedHooks, 'agent' | 'command'>): Node[] {
  const groups = findProperty(findProperty(json.root, 'hooks'), event);
  return (groups?.type === 'array' ? (groups.children ?? []) : []).flatMap((group) => {
    const list = findProperty(group, 'hooks');
    return (list?.type === 'array' ? (list.children ?? []) : []).filter((entry) => {
      const value: unknown = findProperty(entry, 'command')?.value;
      return typeof value === 'string' && isOwnCommand(value, command, agent);
    });
  });
}
