/**
 * What the installer contract (`test/contracts/installer.ts`) needs to know of each agent: the files that people have, and which of their
 * values are ours. One entry an agent.
 */
import { parse as parseToml } from 'smol-toml';
import { parse as parseJsonc } from 'jsonc-parser';
import { CONFIGURATIONS as CLAUDE } from './claude-code/install-configurations.ts';
import { CONFIGURATIONS as CODEX } from './codex/install-configurations.ts';
import { CONFIGURATIONS as CURSOR } from './cursor/install-configurations.ts';
import { CONFIGURATIONS as KIRO } from './kiro/install-configurations.ts';
import { toPluginConfigurations } from './plugin-configurations.ts';
import { CONFIGURATIONS as SETTINGS } from './settings-configurations.ts';

export interface Installation {
  agent: string;
  /** What a person types beside the agent's name. */
  options?: Record<string, string>;
  /** The file that gets our hooks, below the home. */
  file: string;
  /** How often our command must stand in it. */
  count: number;
  /** A file of ours alone: anybody else's under its name is refused, and there is nothing of others in it. */
  isOwnFile?: boolean;
  /** What an installer adds beside hooks. */
  adds?: string[];
  /** [what is special, the files by their paths below the home] */
  configurations: (readonly [string, Readonly<Record<string, string>>])[];
}

const only = (file: string, configurations: readonly (readonly [string, string])[]): Installation['configurations'] => configurations.map(([name, text]) => [name, { [file]: text }]);

function toSettings(agent: string, file: string, count: number): Installation {
  return { agent, file, count, configurations: only(file, SETTINGS) };
}

const MINE = '.kiro/agents/mine.json';
const CODEX_HOOKS = '.codex/hooks.json';

export const installations: readonly Installation[] = [
  { agent: 'kiro', options: { agent: 'mine' }, file: MINE, count: 5, configurations: only(MINE, KIRO) },
  { agent: 'claude-code', file: '.claude/settings.json', count: 13, configurations: only('.claude/settings.json', CLAUDE) },
  {
    agent: 'codex', file: CODEX_HOOKS, count: 11,
    configurations: CODEX.map(({ name, config, hooks }) => [name, { ...(config === undefined ? {} : { '.codex/config.toml': config }), ...(hooks === undefined ? {} : { [CODEX_HOOKS]: hooks }) }]),
  },
  { agent: 'copilot', file: '.copilot/hooks/spoor.json', count: 9, adds: ['version'], configurations: only('.copilot/hooks/spoor.json', SETTINGS) },
  { agent: 'cursor', file: '.cursor/hooks.json', count: 12, adds: ['version'], configurations: only('.cursor/hooks.json', CURSOR) },
  toSettings('gemini', '.gemini/settings.json', 6),
  toSettings('qwen-code', '.qwen/settings.json', 11),
  { agent: 'opencode', file: '.config/opencode/plugin/spoor-plugin.js', count: 1, isOwnFile: true, configurations: toPluginConfigurations({ root: '.config/opencode', folder: 'plugin', data: '.local/share/opencode/opencode.db' }) },
  { agent: 'pi', file: '.pi/agent/extensions/spoor-extension.ts', count: 1, isOwnFile: true, configurations: toPluginConfigurations({ root: '.pi/agent', folder: 'extensions', data: '.pi/agent/sessions/x/y.jsonl' }) },
];

/** The value of a JSON or TOML file. */
export function toValue(path: string, text: string): unknown {
  const plain = text.replace('\ufeff', '');
  return path.endsWith('.toml') ? parseToml(plain, { integersAsBigInt: 'asNeeded' }) : (parseJsonc(plain, [], { allowTrailingComma: true }) as unknown);
}

const GONE = Symbol('ours');

/** The value without what holds one of our marks, without keys that we add, and without what is empty: lists and objects may come and go with ours. */
export function toOthers(value: unknown, marks: readonly string[], adds: readonly string[] = []): unknown {
  const rest = strip(value, (text) => marks.some((mark) => text.includes(mark)));
  if (rest === GONE || rest === undefined) return {};
  return Object.fromEntries(Object.entries(rest as Record<string, unknown>).filter(([key]) => !adds.includes(key)));
}

function strip(value: unknown, isOurs: (text: string) => boolean): unknown {
  if (typeof value === 'string') return isOurs(value) ? GONE : value;
  if (value === null) return undefined;
  if (typeof value !== 'object' || value instanceof Date) return value;
  if (Array.isArray(value)) return stripList(value, isOurs);
  const kept: Record<string, unknown> = {};
  let isTouched = false;
  for (const [key, item] of Object.entries(value)) {
    const rest = isOurs(key) ? GONE : strip(item, isOurs);
    // A command of ours takes its entry with it.
    if (rest === GONE && typeof item === 'string') return GONE;
    if (rest === GONE) isTouched = true;
    else if (rest !== undefined) kept[key] = rest;
  }
  const names = Object.keys(kept);
  if (isTouched && names.every((name) => name === 'matcher')) return GONE;
  return names.length === 0 ? undefined : kept;
}

function stripList(list: readonly unknown[], isOurs: (text: string) => boolean): unknown {
  // Codex's `notify`: three words and a mark of ours, then another program's.
  if (list[3] === 'spoor' && typeof list[2] === 'string' && isOurs(list[2])) return list.length > 4 ? list.slice(4) : GONE;
  const stripped = list.map((item) => strip(item, isOurs));
  const kept = stripped.filter((item) => item !== GONE && item !== undefined);
  return kept.length > 0 ? kept : stripped.includes(GONE) ? GONE : undefined;
}

/** How many strings of a value hold one of these marks. */
export function countOurs(value: unknown, marks: readonly string[]): number {
  if (typeof value === 'string') return marks.some((mark) => value.includes(mark)) ? 1 : 0;
  return typeof value === 'object' && value !== null ? Object.values(value).reduce((sum: number, item) => sum + countOurs(item, marks), 0) : 0;
}
