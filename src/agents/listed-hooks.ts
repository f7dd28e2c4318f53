/**
 * Our hooks in a file of the form that several agents share: `{"version": 1, "hooks": {<event>: [<entry>]}}`. Pure: from text to text;
 * everybody else's entries stay as they are.
 */
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, removeNode, replaceValue, type JsonText } from './json-edit.ts';
import { isOwnCommand } from './own-command.ts';
import { putBack } from './put-back.ts';

/** What is to stand in the file. */
export interface ListedHooks {
  agent: string;
  /** The hook command. */
  command: string;
  /** In the order in which they are written. */
  events: readonly string[];
  /** The key of an entry under which stands what the agent runs. */
  key: string;
  /** What the agent runs on this event: the command, and what its event or agent needs around it. */
  toRun(event: string): string;
  /** Takes off what `isOwnCommand` does not know. Absent: nothing. */
  toBare?(run: string): string;
  /** The whole entry, in the order of its keys. */
  toEntry(run: string): Record<string, unknown>;
}

/** The whole of a new file. */
export function toListedFile(ours: ListedHooks): Record<string, unknown> {
  return { version: 1, hooks: Object.fromEntries(ours.events.map((event) => [event, [newEntry(ours, event)]])) };
}

function newEntry(ours: ListedHooks, event: string): Record<string, unknown> {
  return ours.toEntry(ours.toRun(event));
}

/** A hook file with our entry in each event, or why there can be none. One of ours with another command gets this one; a second one goes. */
export function mergeListed(json: JsonText, ours: ListedHooks): JsonText | { reason: string } {
  if (isRepeated(json.root, 'hooks')) return { reason: 'has "hooks" twice' };
  const version = findProperty(json.root, 'version');
  if (version && version.value !== 1) return { reason: 'is of another version than 1' };
  let merged = version ? json : addProperty(json, json.root, 'version', 1);
  const hooks = findProperty(merged.root, 'hooks');
  if (!hooks) return addProperty(merged, merged.root, 'hooks', toListedFile(ours).hooks);
  if (hooks.type === 'null') return replaceValue(merged, hooks, toListedFile(ours).hooks);
  if (hooks.type !== 'object') return { reason: 'has "hooks" that are no object' };
  for (const event of ours.events) {
    const next = mergeEvent(merged, ours, event);
    if ('reason' in next) return next;
    merged = next;
  }
  return merged;
}

function mergeEvent(json: JsonText, ours: ListedHooks, event: string): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  const list = findProperty(hooks, event);
  if (isRepeated(hooks, event)) return { reason: `has "${event}" twice in its hooks` };
  if (!hooks || !list) return hooks ? addProperty(json, hooks, event, [newEntry(ours, event)]) : json;
  if (list.type === 'null') return replaceValue(json, list, [newEntry(ours, event)]);
  if (list.type !== 'array') return { reason: `has "${event}" hooks that are no list` };
  const [first, second] = findListed(json, ours, event);
  if (second) return mergeEvent(removeNode(json, second), ours, event);
  if (!first) return addItem(json, list, newEntry(ours, event));
  const run = findProperty(first, ours.key);
  return run && run.value !== ours.toRun(event) ? replaceValue(json, run, ours.toRun(event)) : json;
}

/**
 * The file without our entries. `before`, the file as it was before they came, says what stood where a list or `hooks` is empty now, and
 * whether there was a version; without it lists that held nothing else go with them.
 */
export function stripListed(json: JsonText, ours: ListedHooks, before?: JsonText): JsonText {
  const former = before && stripListed(before, ours);
  let stripped = json;
  for (const event of listEvents(json).filter((name) => findListed(json, ours, name).length > 0)) {
    for (let [one] = findListed(stripped, ours, event); one; [one] = findListed(stripped, ours, event)) stripped = removeNode(stripped, one);
    stripped = putBack(stripped, ['hooks', event], former);
  }
  if (stripped === json || !former) return stripped;
  const version = findProperty(former.root, 'version') ? undefined : findProperty(stripped.root, 'version');
  return putBack(putBack(version ? removeNode(stripped, version) : stripped, ['hooks'], former), [], former);
}

/** What the agent runs of ours on each event, those that should have something and all others in the file. */
export function readListed(json: JsonText, ours: ListedHooks): { event: string; runs: string[] }[] {
  return [...new Set([...ours.events, ...listEvents(json)])].map((event) => ({ event, runs: findListed(json, ours, event).map((entry) => String(findProperty(entry, ours.key)?.value)) }));
}

/** Whether an entry of ours stands in the file. */
export function hasListed(json: JsonText, ours: ListedHooks): boolean {
  return readListed(json, ours).some(({ runs }) => runs.length > 0);
}

/** The events of the file. */
export function listEvents(json: JsonText): string[] {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

/** Our entries of an event. */
export function findListed(json: JsonText, { agent, command, key, toBare }: ListedHooks, event: string): Node[] {
  const list = findProperty(findProperty(json.root, 'hooks'), event);
  return (list?.type === 'array' ? (list.children ?? []) : []).filter((entry) => {
    const run: unknown = findProperty(entry, key)?.value;
    return typeof run === 'string' && isOwnCommand(toBare?.(run) ?? run, command, agent);
  });
}
