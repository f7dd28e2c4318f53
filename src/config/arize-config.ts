/** The configuration of Arize's tracer of coding agents, for those who move over: `~/.arize/harness/config.json`, or `config.yaml` of older versions. Read, never written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentLevel } from '../core/sharing.ts';
import { parseYaml } from './yaml-file.ts';

/** What one of its harnesses was told. `agent`: as we call it. */
export interface ArizeHarness {
  agent: string;
  target: 'phoenix' | 'arize';
  /** A base address of Phoenix, or host and port of AX. */
  endpoint?: string;
  apiKey?: string;
  spaceId?: string;
  project: string;
  userId?: string;
  attributes: Record<string, string | number | boolean>;
}

export interface ArizeConfig {
  path: string;
  harnesses: ArizeHarness[];
  /** Absent: it says nothing of what may be logged. */
  content?: ContentLevel | Partial<Record<'prompt' | 'answer' | 'reasoning' | 'toolArguments' | 'toolResult', ContentLevel>>;
  /** Sentences about what cannot be taken over. */
  problems: string[];
}

const FILES = ['config.json', 'config.yaml', 'config.yml'] as const;

/** The folder in which that tracer keeps all its things. */
export function arizeFolder(userHome: string): string {
  return join(userHome, '.arize', 'harness');
}

/** Undefined: there is none. Never throws; names no key. `agents`: those that can be traced here. */
export function loadArizeConfig(userHome: string, agents: readonly string[]): ArizeConfig | undefined {
  for (const name of FILES) {
    const path = join(arizeFolder(userHome), name);
    try {
      return parseArizeConfig(readFileSync(path, 'utf8'), path, agents);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return { path, harnesses: [], problems: [`${path} cannot be read (${code ?? 'unknown error'})`] };
    }
  }
  return undefined;
}

/** JSON is YAML. */
function parseArizeConfig(text: string, path: string, agents: readonly string[]): ArizeConfig {
  const { value, problems } = parseYaml(text, path);
  const root = toRecord(value);
  if (!root) return { path, harnesses: [], problems: problems.length > 0 ? problems.map(({ detail }) => detail) : [`${path} holds no keys`] };
  const told: string[] = [];
  const forAll = { userId: toText(root.user_id), attributes: toAttributes(root.attributes) };
  const harnesses = Object.entries(toRecord(root.harnesses) ?? {}).flatMap(([name, entry]): ArizeHarness[] => {
    const harness = toHarness(name, toRecord(entry) ?? {}, forAll);
    if (!harness) told.push(`"${name}" names no backend`);
    else if (!agents.includes(name)) told.push(`"${name}" is no agent that spoor traces`);
    else return [harness];
    return [];
  });
  const content = toContent(toRecord(root.logging));
  return { path, harnesses, problems: told, ...(content === undefined ? {} : { content }) };
}

type Shared = { userId: string | undefined; attributes: ArizeHarness['attributes'] };

function toHarness(agent: string, entry: Record<string, unknown>, forAll: Shared): ArizeHarness | undefined {
  const { target } = entry;
  if (target !== 'phoenix' && target !== 'arize') return undefined;
  const [endpoint, apiKey, spaceId] = [toText(entry.endpoint), toText(entry.api_key), toText(entry.space_id)];
  const userId = toText(entry.user_id) ?? forAll.userId;
  const known = { ...(endpoint ? { endpoint } : {}), ...(apiKey ? { apiKey } : {}), ...(spaceId ? { spaceId } : {}), ...(userId ? { userId } : {}) };
  return { agent, target, project: toText(entry.project_name) ?? agent, attributes: { ...forAll.attributes, ...toAttributes(entry.attributes) }, ...known };
}

/** Its three switches, each on unless it says `false`. What a tool was given is governed by one of the last two, by agent: either hides it. */
function toContent(logging: Record<string, unknown> | undefined): ArizeConfig['content'] {
  if (!logging) return undefined;
  const isOff = (key: string): boolean => logging[key] === false;
  const [prompts, details, content] = [isOff('prompts'), isOff('tool_details'), isOff('tool_content')];
  if (!prompts && !details && !content) return 'full';
  const level = (isHidden: boolean): ContentLevel => (isHidden ? 'none' : 'full');
  return { prompt: level(prompts), answer: level(prompts), reasoning: level(prompts), toolArguments: level(details || content), toolResult: level(content) };
}

function toAttributes(value: unknown): ArizeHarness['attributes'] {
  const usable = Object.entries(toRecord(value) ?? {}).filter((entry): entry is [string, string | number | boolean] => ['string', 'number', 'boolean'].includes(typeof entry[1]));
  return Object.fromEntries(usable);
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function toRecord(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
