/**
 * Puts our hooks into Kiro's agent files (V1 and V2: hooks stand in the agent that runs) and into a hook file of our own (V3, IDE), and
 * takes them out again. Plans only: what is written, and when, is up to `installation/`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FileEdit, InstallPlan, InstallRequest, Installer } from '../agent.ts';
import { isOnPath } from '../is-on-path.ts';
import { findProperty } from '../json-edit.ts';
import { diagnoseKiro, readKiroCommands } from './diagnose.ts';
import { agentNameOf, findAgentFile, findKiroPlaces, findNameFault, listAgentFiles, type KiroPlaces } from './install-agent-files.ts';
import { planDefault, readSettings, type KiroSettings } from './install-default.ts';
import { NO_HOME, openForEdit, peekJson } from '../install-file.ts';
import { findHookFile, isHookFileInstalled, planHookFile } from './install-hook-file.ts';
import { findNestedEvents, hasHooks, mergeHooks } from './install-hooks.ts';
import { OWN_AGENT, toNewAgent } from './install-new-agent.ts';
import { planKiroUninstall } from './install-undo.ts';

export const kiroInstaller: Installer = {
  isPresent(environment) {
    const places = findKiroPlaces(environment);
    return places !== undefined && (existsSync(places.home) || isOnPath(environment, 'kiro-cli'));
  },

  plan(request) {
    const places = findKiroPlaces(request.environment);
    if (!places) return refuse(NO_HOME.refusal);
    const { agent, setDefault } = request.options;
    if (typeof agent === 'string') {
      const fault = findNameFault(agent);
      if (fault) return refuse(fault);
    }
    const settings = readSettings(places.settings, { readOnly: setDefault !== true });
    const needsSettings = setDefault === true || typeof agent !== 'string';
    if ('refusal' in settings) {
      if (needsSettings) return refuse(settings.refusal, setDefault === true ? '' : ' Or name an agent: spoor install kiro --agent NAME');
      return planInto(request, { places, settings: { path: places.settings }, name: String(agent) });
    }
    const name = typeof agent === 'string' ? agent : chooseAgent(places, settings);
    return planInto(request, { places, settings, name });
  },

  planUninstall(request, record) {
    const places = findKiroPlaces(request.environment);
    return places ? planKiroUninstall(request, record, places) : refuse(NO_HOME.refusal);
  },

  installedIn(environment, hookCommand) {
    const places = findKiroPlaces(environment);
    const agents = listAgentFiles(places?.agents ?? '').filter((path) => {
      const json = peekJson(path);
      return json !== undefined && hasHooks(json, hookCommand);
    });
    const hookFile = findHookFile(environment);
    return hookFile !== undefined && isHookFileInstalled(hookFile, hookCommand) ? [...agents, hookFile] : agents;
  },

  readCommands: (environment, hookCommand) => readKiroCommands({ environment, hookCommand }),
  diagnose: diagnoseKiro,
};

interface Target {
  places: KiroPlaces;
  settings: KiroSettings;
  name: string;
}

/** The user's default agent if it is a file of theirs, else ours. */
function chooseAgent(places: KiroPlaces, { defaultAgent }: KiroSettings): string {
  const isTheirs = defaultAgent !== undefined && findNameFault(defaultAgent) === undefined && findAgentFile(places.agents, defaultAgent) !== undefined;
  return isTheirs ? defaultAgent : OWN_AGENT;
}

function planInto(request: InstallRequest, target: Target): InstallPlan {
  const path = findAgentFile(target.places.agents, target.name);
  const agent = path ? planMerge(request, path) : planNew(request, target);
  if ('refusal' in agent) return refuse(agent.refusal);
  const name = path ? agentNameOf(path) : target.name;
  const becomesDefault = request.options.setDefault === true ? planDefault(target.settings, name) : undefined;
  const hookFile = findHookFile(request.environment);
  const fileEdit = hookFile === undefined ? undefined : planHookFile(hookFile, request.hookCommand);
  if (fileEdit && 'refusal' in fileEdit) return refuse(fileEdit.refusal);
  const edits = [agent.edit, becomesDefault, fileEdit].filter((edit) => edit !== undefined);
  const isDefault = becomesDefault !== undefined || target.settings.defaultAgent === name;
  return {
    edits,
    notes: [...agent.notes, ...(hookFile === undefined ? [] : [`${hookFile}: for Kiro's V3 engine (kiro-cli --v3, Kiro CLI 3, the IDE from 1.0 on), whichever agent runs.`]), ...toUseNotes(name, { isDefault, isChosen: typeof request.options.agent === 'string', settings: target.settings })],
    ...(becomesDefault ? { remember: toMemory(target.settings, name) } : {}),
  };
}

/** What uninstall must know to give the default back. Our own agent is no default to go back to. */
function toMemory({ defaultAgent }: KiroSettings, name: string): Record<string, string> {
  if (defaultAgent === OWN_AGENT) return { defaultAgent: name };
  return { defaultAgent: name, formerDefaultAgent: defaultAgent ?? '' };
}

type AgentPlan = { edit?: FileEdit; notes: string[] } | { refusal: string };

function planMerge(request: InstallRequest, path: string): AgentPlan {
  const file = openForEdit(path);
  if (!file) return { refusal: `${path} has just gone. Try again.` };
  if ('refusal' in file) return file;
  const merged = mergeHooks(file.json, request.hookCommand);
  if ('reason' in merged) return { refusal: `${path} ${merged.reason}. It was left as it is; trace another agent: spoor install kiro --agent NAME` };
  const notes: string[] = [];
  const nested = findNestedEvents(file.json);
  if (nested.length > 0) notes.push(`${path}: the hooks of ${nested.join(', ')} stand in groups ("hooks" inside an entry). Kiro ignores the whole agent for that, so nothing of it is traced until they are flat.`);
  if (!findProperty(file.json.root, 'tools')) notes.push(`${path} names no "tools": Kiro gives this agent none.`);
  if (merged.text === file.json.text) return { notes: [`${path} holds spoor's hooks already.`, ...notes] };
  return { edit: { path, before: file.bytes, after: Buffer.from(merged.text) }, notes };
}

function planNew(request: InstallRequest, { places, name }: Target): AgentPlan {
  const path = join(places.agents, `${name}.json`);
  if (existsSync(join(places.agents, `${name}.md`))) return { refusal: `The agent "${name}" is a Markdown file (${join(places.agents, `${name}.md`)}); spoor can add hooks only to JSON agents. Name another: spoor install kiro --agent NAME` };
  const obstacle = openForEdit(path);
  if (obstacle && 'refusal' in obstacle) return obstacle;
  const { bytes, isCopy } = toNewAgent(request, places, name);
  const notes = [isCopy ? `The agent "${name}" is new: a copy of the agent that is built into Kiro, with hooks.` : `The agent "${name}" is new. It has the tools and resources of the agent that is built into Kiro but not its prompt: kiro-cli, which could copy it, did not answer.`];
  return { edit: { path, after: bytes }, notes };
}

function toUseNotes(name: string, { isDefault, isChosen, settings }: { isDefault: boolean; isChosen: boolean; settings: KiroSettings }): string[] {
  if (isDefault) return [`Kiro uses "${name}" by default: start a new session, and it is traced.`];
  const use = `To use it: kiro-cli chat --agent ${/^[\w.-]+$/.test(name) ? name : `'${name}'`}`;
  const always = 'to use it always: spoor install kiro --set-default';
  // Only then was the default agent looked at, and found wanting.
  const missing = !isChosen && settings.defaultAgent ? [`Kiro's default agent is "${settings.defaultAgent}", which has no file of yours that could hold hooks.`] : [];
  return [...missing, name === OWN_AGENT ? `${use} (${always})` : use];
}

function refuse(sentence: string, more = ''): InstallPlan {
  return { edits: [], notes: [], refusal: sentence + more };
}
