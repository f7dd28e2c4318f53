/**
 * Our entries in the `hooks` of a Kiro agent file (V2): event → list of flat entries. Nested groups, as other agents have them,
 * make Kiro drop the whole agent without a word.
 */
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, removeNode, replaceValue, type JsonText } from '../json-edit.ts';
import { isOwnCommand } from '../own-command.ts';
import { putBack } from '../put-back.ts';

/** Kiro waits for its hooks: a shim that hangs must not hold it longer than this. Kiro's own default is 10 s. */
const TIMEOUT_MILLIS = 3_000;

/** A matcher is for tools; without one every tool matches, but some builds want it said. */
const EVENTS: readonly { event: string; matcher?: string }[] = [
  { event: 'agentSpawn' },
  { event: 'userPromptSubmit' },
  { event: 'preToolUse', matcher: '*' },
  { event: 'postToolUse', matcher: '*' },
  { event: 'stop' },
];

interface HookEntry {
  matcher?: string;
  command: string;
  timeout_ms: number;
}

/** Our entries as they stand in a new file. */
export function toHooks(command: string): Record<string, HookEntry[]> {
  return Object.fromEntries(EVENTS.map(({ event, matcher }) => [event, [{ ...(matcher ? { matcher } : {}), command, timeout_ms: TIMEOUT_MILLIS }]]));
}

/**
 * An agent file with our entry in each event, or why there can be none. Everybody else's entries stay. One of ours with
 * another command (an older home) gets this command; a second one goes; an entry that is right is not touched.
 */
export function mergeHooks(json: JsonText, command: string): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  if (isRepeated(json.root, 'hooks')) return { reason: 'has "hooks" twice' };
  if (!hooks) return addProperty(json, json.root, 'hooks', toHooks(command));
  if (hooks.type === 'null') return replaceValue(json, hooks, toHooks(command));
  if (hooks.type === 'array') return { reason: 'holds its "hooks" as a list, the form of the V3 engine, to which spoor cannot add yet' };
  if (hooks.type !== 'object') return { reason: 'has "hooks" that are no object' };
  let merged = json;
  for (const [event, [entry]] of Object.entries(toHooks(command))) {
    const result = entry ? mergeEvent(merged, event, entry) : merged;
    if ('reason' in result) return result;
    merged = result;
  }
  return merged;
}

function mergeEvent(json: JsonText, event: string, entry: HookEntry): JsonText | { reason: string } {
  const hooks = findProperty(json.root, 'hooks');
  const list = findProperty(hooks, event);
  if (isRepeated(hooks, event)) return { reason: `has "${event}" twice in its hooks` };
  if (!hooks || !list) return hooks ? addProperty(json, hooks, event, [entry]) : json;
  if (list.type === 'null') return replaceValue(json, list, [entry]);
  if (list.type !== 'array') return { reason: `has "${event}" hooks that are no list` };
  const [first, second] = (list.children ?? []).filter((item) => isOurs(item, entry.command));
  if (!first) return addItem(json, list, entry);
  if (second) return mergeEvent(removeNode(json, second), event, entry);
  const command = findProperty(first, 'command');
  return command && command.value !== entry.command ? replaceValue(json, command, entry.command) : json;
}

/**
 * An agent file without our entries. `before`, the file as it was before they came, says what stood where a list or `hooks` or
 * the whole object is empty now; without it they go, too.
 */
export function stripHooks(json: JsonText, command: string, before?: JsonText): JsonText {
  // Ours of an older home may have stood there before: they go, too.
  const former = before && stripHooks(before, command);
  let stripped = json;
  for (const event of eventsOf(json).filter((name) => findOurs(json, name, command).length > 0)) {
    for (let [ours] = findOurs(stripped, event, command); ours; [ours] = findOurs(stripped, event, command)) stripped = removeNode(stripped, ours);
    stripped = putBack(stripped, ['hooks', event], former);
  }
  return stripped === json ? json : putBack(putBack(stripped, ['hooks'], former), [], former);
}

/** Whether an entry of ours stands in an agent file. */
export function hasHooks(json: JsonText, command: string): boolean {
  return eventsOf(json).some((event) => findOurs(json, event, command).length > 0);
}

/** Events that hold groups instead of entries: Kiro drops an agent with such. */
export function findNestedEvents(json: JsonText): string[] {
  return eventsOf(json).filter((event) => {
    const list = findProperty(findProperty(json.root, 'hooks'), event);
    return list?.type === 'array' && (list.children ?? []).some((item) => findProperty(item, 'hooks') !== undefined);
  });
}

/** How our hooks stand in one file. */
export interface HookInspection {
  /** How many there should be. */
  complete: number;
  /** Our commands in it, each once. */
  commands: string[];
  /** Events that have none of ours. */
  missing: string[];
  /** Events whose command of ours is not this one. */
  stale: string[];
  /** Events that hold groups instead of entries. */
  nested: string[];
}

/** How our hooks stand in an agent file. */
export function inspectHooks(json: JsonText, command: string): HookInspection {
  const byEvent = EVENTS.map(({ event }) => ({ event, commands: findOurs(json, event, command).map((item) => String(findProperty(item, 'command')?.value)) }));
  return { ...toInspection(byEvent, command), nested: findNestedEvents(json) };
}

/** `command`: the one that each event should have. */
export function toInspection(byEvent: readonly { event: string; commands: readonly string[] }[], command: string): HookInspection {
  return {
    complete: byEvent.length,
    commands: [...new Set(byEvent.flatMap(({ commands }) => commands))],
    missing: byEvent.filter(({ commands }) => commands.length === 0).map(({ event }) => event),
    stale: byEvent.filter(({ commands }) => commands.some((one) => one !== command)).map(({ event }) => event),
    nested: [],
  };
}

function eventsOf(json: JsonText): string[] {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'object' ? (hooks.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

function findOurs(json: JsonText, event: string, command: string): Node[] {
  const list = findProperty(findProperty(json.root, 'hooks'), event);
  return list?.type === 'array' ? (list.children ?? []).filter((item) => isOurs(item, command)) : [];
}

function isOurs(entry: Node, command: string): boolean {
  const value: unknown = findProperty(entry, 'command')?.value;
  return typeof value === 'string' && isOurCommand(value, command);
}

/** Whether a command runs a shim of ours: this one, or the same with another home, or any in a folder of our name. */
export function isOurCommand(value: string, command: string): boolean {
  return isOwnCommand(value, command, 'kiro');
}
