/** A whole new agent: a copy of Kiro's built-in one where its CLI can make it. An agent file that lacks `tools` has no tools. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallRequest } from '../agent.ts';
import { addProperty, findProperty, parseJsonText, replaceValue, type JsonText } from '../json-edit.ts';
import type { KiroPlaces } from './install-agent-files.ts';
import { toHooks } from './install-hooks.ts';

/** The agent that is made when the user's default one is built in. */
export const OWN_AGENT = 'spoor-traced';
const DESCRIPTION = "Kiro's built-in agent, traced by spoor";

/**
 * The text of a new agent file with our hooks. `isCopy`: it was copied from `kiro_default` by `kiro-cli`; else it is written
 * out here and lacks what only Kiro knows, the built-in prompt. Changes nothing on disk.
 */
export function toNewAgent(request: InstallRequest, places: KiroPlaces, name: string): { bytes: Buffer; isCopy: boolean } {
  const copy = copyDefaultAgent(request, places, name);
  if (!copy) return { bytes: toBytes(JSON.stringify(toSkeleton(request, places, name), null, 2)), isCopy: false };
  const named = setProperty(setProperty(copy, 'name', name), 'description', DESCRIPTION);
  return { bytes: toBytes(setProperty(named, 'hooks', toHooks(request.hookCommand)).text), isCopy: true };
}

function toBytes(text: string): Buffer {
  return Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
}

function setProperty(json: JsonText, key: string, value: unknown): JsonText {
  const node = findProperty(json.root, key);
  return node ? replaceValue(json, node, value) : addProperty(json, json.root, key, value);
}

/** Equal to `kiro_default` as Kiro CLI 2.15 writes it out, but for the prompt. */
function toSkeleton({ environment, hookCommand }: InstallRequest, places: KiroPlaces, name: string): Record<string, unknown> {
  const home = places.home === join(environment.home ?? '', '.kiro') ? '~/.kiro' : places.home;
  return {
    name,
    description: DESCRIPTION,
    prompt: null,
    mcpServers: {},
    tools: ['*'],
    toolAliases: {},
    allowedTools: [],
    resources: [
      'file://AmazonQ.md',
      'file://AGENTS.md',
      'file://README.md',
      'skill://.kiro/skills/*/SKILL.md',
      `skill://${home}/skills/*/SKILL.md`,
      'file://.kiro/steering/**/*.md',
      `file://${home}/steering/**/*.md`,
    ],
    hooks: toHooks(hookCommand),
    toolsSettings: {},
    includeMcpJson: true,
    model: null,
  };
}

/** Lets `kiro-cli` write the copy into a folder of its own, so that nothing is in the user's before the user agreed. */
function copyDefaultAgent({ environment, run }: InstallRequest, places: KiroPlaces, name: string): JsonText | undefined {
  if (environment.platform === 'win32') return undefined;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-kiro-')));
  const stray = join(places.agents, `${name}.json`);
  const wasThere = existsSync(stray);
  try {
    // It opens an editor on what it made: `true` is one that leaves at once.
    run(['env', 'EDITOR=true', 'VISUAL=true', 'kiro-cli', 'agent', 'create', name, '--from', 'kiro_default', '--directory', folder]);
    const copy = readWholeAgent(join(folder, `${name}.json`));
    if (copy || wasThere) return copy;
    // A build without --directory writes into the user's folder: what it made there a moment ago is read and taken back.
    const strayCopy = readWholeAgent(stray);
    rmSync(stray, { force: true });
    return strayCopy;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readWholeAgent(path: string): JsonText | undefined {
  try {
    const json = parseJsonText(readFileSync(path));
    if ('reason' in json) return undefined;
    const tools = findProperty(json.root, 'tools');
    return tools?.type === 'array' && (tools.children?.length ?? 0) > 0 ? json : undefined;
  } catch {
    return undefined;
  }
}
