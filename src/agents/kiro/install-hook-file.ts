/**
 * Our hook file for Kiro's V3 engine (CLI and IDE from 1.0 on): `~/.kiro/hooks/spoor.json`, which every workspace reads and no agent
 * needs to be chosen for.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Node } from 'jsonc-parser';
import type { AgentEnvironment, FileEdit, InstallRecord } from '../agent.ts';
import { addItem, addProperty, findProperty, isRepeated, parseJsonText, removeNode, replaceValue, type JsonText } from '../json-edit.ts';
import { toFileCommand } from './channel.ts';
import { openForEdit, peekJson, type Refusal } from '../install-file.ts';
import { isOurCommand, toInspection, type HookInspection } from './install-hooks.ts';

/** Kiro's own default is 60 s; it waits for its hooks. */
const TIMEOUT_SECONDS = 3;

/**
 * `UserPromptSubmit` is not among them: what a hook prints there becomes a message of the conversation, and so does that it printed
 * nothing. A matcher is a regular expression on the tool's name.
 */
const TRIGGERS: readonly { trigger: string; matcher?: string }[] = [
  { trigger: 'SessionStart' },
  { trigger: 'PreToolUse', matcher: '.*' },
  { trigger: 'PostToolUse', matcher: '.*' },
  { trigger: 'Stop' },
  { trigger: 'SessionEnd' },
];

/** Below HOME, wherever KIRO_HOME points: the V3 engine looks nowhere else. undefined without a home. */
export function findHookFile({ home }: AgentEnvironment): string | undefined {
  return home ? join(home, '.kiro', 'hooks', 'spoor.json') : undefined;
}

/** The edit that puts our hooks into the file; undefined: they are there. A file that is not of that form is refused. */
export function planHookFile(path: string, hookCommand: string): FileEdit | Refusal | undefined {
  const command = toFileCommand(hookCommand);
  const file = openForEdit(path);
  if (!file) return { path, after: Buffer.from(`${JSON.stringify({ version: 'v1', hooks: TRIGGERS.map((one) => toEntry(one, command)) }, null, 2)}\n`) };
  if ('refusal' in file) return file;
  const merged = mergeHookFile(file.json, command);
  if ('reason' in merged) return { refusal: `${path} ${merged.reason}. It was left as it is: move it away and try again.` };
  return merged.text === file.json.text ? undefined : { path, before: file.bytes, after: Buffer.from(merged.text) };
}

/** The edit that takes our hooks out, byte for byte where nobody has edited since; undefined: there are none. */
export function planHookFileUndo(path: string, hookCommand: string, recorded: InstallRecord['files'][number] | undefined): FileEdit | Refusal | undefined {
  const command = toFileCommand(hookCommand);
  const file = openForEdit(path);
  if (!file) return undefined;
  if ('refusal' in file) return recorded ? file : undefined;
  const before = recorded?.beforeBase64 === undefined ? undefined : Buffer.from(recorded.beforeBase64, 'base64');
  const isUntouched = recorded?.afterSha256 === createHash('sha256').update(file.bytes).digest('hex');
  if (isUntouched && recorded.created) return { path, before: file.bytes };
  if (isUntouched && before && !holdsOurs(before, command)) return { path, before: file.bytes, after: before };
  let json = file.json;
  for (let [ours] = findOurs(json, command); ours; [ours] = findOurs(json, command)) json = removeNode(json, ours);
  if (json === file.json) return undefined;
  const isOwn = (before === undefined || holdsOnlyOurs(before, command)) && hooksOf(json)?.children?.length === 0;
  return isOwn ? { path, before: file.bytes } : { path, before: file.bytes, after: Buffer.from(json.text) };
}

/** Whether our hooks stand in the file. */
export function isHookFileInstalled(path: string, hookCommand: string): boolean {
  const json = peekJson(path);
  return json !== undefined && findOurs(json, toFileCommand(hookCommand)).length > 0;
}

/** How our hooks stand in the file; undefined: there is none that can be read. */
export function inspectHookFile(path: string, hookCommand: string): HookInspection | undefined {
  const json = peekJson(path);
  if (!json) return undefined;
  const command = toFileCommand(hookCommand);
  const ours = findOurs(json, command);
  const byTrigger = TRIGGERS.map(({ trigger }) => ({
    event: trigger,
    commands: ours.filter((item) => findProperty(item, 'trigger')?.value === trigger).map((item) => String(findProperty(findProperty(item, 'action'), 'command')?.value)),
  }));
  return toInspection(byTrigger, command);
}

function toEntry({ trigger, matcher }: (typeof TRIGGERS)[number], command: string): Record<string, unknown> {
  return { name: `spoor ${trigger}`, trigger, ...(matcher === undefined ? {} : { matcher }), action: { type: 'command', command }, timeout: TIMEOUT_SECONDS };
}

/** Kiro skips a whole file that is not of its form: the version and a list must be there. */
function mergeHookFile(json: JsonText, command: string): JsonText | { reason: string } {
  if (isRepeated(json.root, 'hooks')) return { reason: 'has "hooks" twice' };
  const version = findProperty(json.root, 'version');
  if (version && version.value !== 'v1') return { reason: 'is of another version than "v1"' };
  let merged = version ? json : addProperty(json, json.root, 'version', 'v1');
  const hooks = findProperty(merged.root, 'hooks');
  if (!hooks) return addProperty(merged, merged.root, 'hooks', TRIGGERS.map((one) => toEntry(one, command)));
  if (hooks.type !== 'array') return { reason: 'has "hooks" that are no list' };
  for (const one of TRIGGERS) merged = mergeTrigger(merged, toEntry(one, command), command);
  return merged;
}

function mergeTrigger(json: JsonText, entry: Record<string, unknown>, command: string): JsonText {
  const [first, second] = findOurs(json, command).filter((item) => findProperty(item, 'trigger')?.value === entry.trigger);
  if (second) return mergeTrigger(removeNode(json, second), entry, command);
  const hooks = hooksOf(json);
  if (!first) return hooks ? addItem(json, hooks, entry) : json;
  const known = findProperty(findProperty(first, 'action'), 'command');
  return known && known.value !== command ? replaceValue(json, known, command) : json;
}

function hooksOf(json: JsonText): Node | undefined {
  const hooks = findProperty(json.root, 'hooks');
  return hooks?.type === 'array' ? hooks : undefined;
}

function findOurs(json: JsonText, command: string): Node[] {
  return (hooksOf(json)?.children ?? []).filter((item) => {
    const value: unknown = findProperty(findProperty(item, 'action'), 'command')?.value;
    return typeof value === 'string' && isOurCommand(value, command);
  });
}

/** A file of an older home of ours. */
function holdsOnlyOurs(bytes: Buffer, command: string): boolean {
  const json = parseJsonText(bytes);
  const count = 'reason' in json ? 0 : findOurs(json, command).length;
  return count > 0 && !('reason' in json) && count === hooksOf(json)?.children?.length;
}

function holdsOurs(bytes: Buffer, command: string): boolean {
  const json = parseJsonText(bytes);
  return !('reason' in json) && findOurs(json, command).length > 0;
}
