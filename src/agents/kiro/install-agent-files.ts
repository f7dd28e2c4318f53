/** Where Kiro's agents stand on disk, and which file is meant by a name. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AgentEnvironment } from '../agent.ts';
import { findProperty } from '../json-edit.ts';
import { findKiroHome } from './kiro-home.ts';
import { peekJson } from '../install-file.ts';

export interface KiroPlaces {
  home: string;
  agents: string;
  settings: string;
}

/**
 * Kiro's folders for this user; undefined without a home. Kiro looks into the folder of its predecessor as long as its own
 * `agents` does not exist: making that one would hide the agents that are there.
 */
export function findKiroPlaces(environment: AgentEnvironment): KiroPlaces | undefined {
  const home = findKiroHome(environment);
  if (!home) return undefined;
  const own = join(home, 'agents');
  const legacy = environment.home && !environment.env.KIRO_HOME ? join(environment.home, '.aws', 'amazonq', 'cli-agents') : undefined;
  const agents = legacy && !existsSync(own) && existsSync(legacy) ? legacy : own;
  return { home, agents, settings: join(home, 'settings', 'cli.json') };
}

/** Agents that are part of Kiro: they have no file, and a file of their name does not replace them. */
const BUILT_IN = ['kiro_default', 'kiro_planner', 'kiro_guide', 'kiro_help'];

/** Why this cannot be the name of an agent file; undefined when it can. */
export function findNameFault(name: string): string | undefined {
  if (BUILT_IN.includes(name)) return `"${name}" is built into Kiro and cannot hold hooks. Leave --agent out: spoor then adds its hooks to your default agent, or makes a traced copy of the built-in one.`;
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_ .@+-]{0,99}$/u.test(name) && !name.includes('..')) return undefined;
  return `"${name.replaceAll(/[^ -~]/g, '?').slice(0, 100)}" cannot be the name of an agent: use letters, digits, "_", "-" and ".".`;
}

/** Every agent file of a folder, in order. Never throws. */
export function listAgentFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The file of the agent with this name: the one that says so inside, else the one that is called so. */
export function findAgentFile(folder: string, name: string): string | undefined {
  const files = listAgentFiles(folder);
  const called = files.find((path) => basename(path) === `${name}.json`);
  if (called && [undefined, name].includes(nameInside(called))) return called;
  return files.find((path) => nameInside(path) === name) ?? called;
}

/** The name by which Kiro knows the agent in this file. */
export function agentNameOf(path: string): string {
  return nameInside(path) ?? basename(path, '.json');
}

function nameInside(path: string): string | undefined {
  const name: unknown = findProperty(peekJson(path)?.root, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
