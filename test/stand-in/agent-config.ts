/** Agent profiles on disk, as Kiro V2 finds and reads them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const HOOK_EVENTS = ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'] as const;
export type HookEventName = (typeof HOOK_EVENTS)[number];

export interface HookEntry {
  command: string;
  matcher?: string;
  timeoutMillis: number;
}

export interface AgentProfile {
  name: string;
  /** Absent: built in. */
  path?: string;
  hooks: Partial<Record<HookEventName, HookEntry[]>>;
}

/** Kiro V2's own default. */
const DEFAULT_TIMEOUT_MILLIS = 10_000;

export const BUILT_IN_AGENT = 'kiro_default';

/** `$KIRO_HOME`, else `~/.kiro`. */
export function kiroHomeOf(home: string, env: Readonly<Record<string, string | undefined>>): string {
  return env.KIRO_HOME ?? join(home, '.kiro');
}

/** The profile that `--agent` or the settings name; the built-in one, without hooks, where there is no usable file. */
export function findAgent(kiroHome: string, cwd: string, agentName?: string): AgentProfile {
  const name = agentName ?? defaultAgentName(kiroHome) ?? BUILT_IN_AGENT;
  for (const folder of [join(cwd, '.kiro', 'agents'), join(kiroHome, 'agents')]) {
    const path = agentFiles(folder).find((file) => agentNameOf(file) === name);
    const profile = path ? readProfile(path) : undefined;
    if (profile) return profile;
  }
  return { name: BUILT_IN_AGENT, hooks: {} };
}

/** Every agent file of a folder. */
export function agentFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}

/** The `name` in the file, else its stem. */
export function agentNameOf(path: string): string {
  const name = readJson(path)?.name;
  return typeof name === 'string' ? name : basename(path, '.json');
}

/** The default agent in the settings, if one is set. */
export function defaultAgentName(kiroHome: string): string | undefined {
  const name = readJson(join(kiroHome, 'settings', 'cli.json'))?.['chat.defaultAgent'];
  return typeof name === 'string' ? name : undefined;
}

/** A JSON object from a file; undefined when it is absent, no JSON or no object. */
export function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a profile's hooks. `nested` groups are what Claude Code writes: Kiro drops the whole profile without a word. */
export function problemsOfHooks(hooks: unknown): { unknownEvents: string[]; nested: boolean } {
  if (hooks === undefined) return { unknownEvents: [], nested: false };
  if (!isObject(hooks)) return { unknownEvents: [], nested: true };
  const unknownEvents = Object.keys(hooks).filter((event) => !isHookEvent(event));
  const nested = Object.values(hooks).some((entries) => !Array.isArray(entries) || entries.some((entry) => !isEntry(entry)));
  return { unknownEvents, nested };
}

function readProfile(path: string): AgentProfile | undefined {
  const json = readJson(path);
  if (!json) return undefined;
  const problems = problemsOfHooks(json.hooks);
  if (problems.nested || problems.unknownEvents.length > 0) return undefined;
  const hooks: AgentProfile['hooks'] = {};
  for (const [event, entries] of Object.entries((json.hooks ?? {}) as Record<string, Record<string, unknown>[]>)) {
    if (isHookEvent(event)) hooks[event] = entries.map(toEntry);
  }
  return { name: agentNameOf(path), path, hooks };
}

function toEntry(entry: Record<string, unknown>): HookEntry {
  return {
    command: String(entry.command),
    ...(typeof entry.matcher === 'string' ? { matcher: entry.matcher } : {}),
    timeoutMillis: typeof entry.timeout_ms === 'number' ? entry.timeout_ms : DEFAULT_TIMEOUT_MILLIS,
  };
}

function isEntry(value: unknown): boolean {
  return isObject(value) && typeof value.command === 'string';
}

function isHookEvent(name: string): name is HookEventName {
  return (HOOK_EVENTS as readonly string[]).includes(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
