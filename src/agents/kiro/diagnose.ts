/** What `doctor` asks of Kiro's files: are all our hooks in them, does Kiro take them, and does the agent that runs have them. Looks only. */
import { basename } from 'node:path';
import type { Finding } from '../../core/finding.ts';
import type { DiagnoseRequest, InstalledCommand } from '../agent.ts';
import { agentNameOf, findKiroPlaces, listAgentFiles, type KiroPlaces } from './install-agent-files.ts';
import { readSettings } from './install-default.ts';
import { peekJson } from '../install-file.ts';
import { findHookFile, inspectHookFile } from './install-hook-file.ts';
import { inspectHooks, type HookInspection } from './install-hooks.ts';

/** Each costs up to seconds; who has more agents with our hooks installed into them by hand. */
const MOST_VALIDATED = 3;

/** Our commands in all of Kiro's files, each once a file. Never throws. */
export function readKiroCommands({ environment, hookCommand }: Pick<DiagnoseRequest, 'environment' | 'hookCommand'>): InstalledCommand[] {
  return inspectAll({ environment, hookCommand }).flatMap(({ path, found }) => found.commands.map((command) => ({ path, command })));
}

/** See `Installer.diagnose`. */
export function diagnoseKiro(request: DiagnoseRequest): Finding[] {
  const places = findKiroPlaces(request.environment);
  if (!places) return [{ check: 'hooks', state: 'unknown', seen: 'There is no HOME, so the files of Kiro cannot be found', next: 'set HOME' }];
  const inspected = inspectAll(request);
  const agents = inspected.filter(({ path }) => path !== findHookFile(request.environment));
  if (inspected.length === 0) return [{ check: 'hooks', state: 'broken', seen: `No file of Kiro in ${places.agents} holds a hook of spoor`, next: request.installCommand }];
  return [
    ...inspected.map((one) => toHooksFinding(one, request)),
    ...missingHookFile(inspected, request),
    ...toDefaultFindings(places, agents.map(({ path }) => path), request),
    ...agents.slice(0, MOST_VALIDATED).map(({ path }) => validate(path, request)),
  ];
}

interface Inspected {
  path: string;
  found: HookInspection;
}

/** Every file that holds a command of ours. */
function inspectAll({ environment, hookCommand }: Pick<DiagnoseRequest, 'environment' | 'hookCommand'>): Inspected[] {
  const hookFile = findHookFile(environment);
  const found = listAgentFiles(findKiroPlaces(environment)?.agents ?? '').flatMap((path): Inspected[] => {
    const json = peekJson(path);
    return json ? [{ path, found: inspectHooks(json, hookCommand) }] : [];
  });
  const file = hookFile === undefined ? undefined : inspectHookFile(hookFile, hookCommand);
  if (hookFile !== undefined && file) found.push({ path: hookFile, found: file });
  return found.filter((one) => one.found.commands.length > 0);
}

function toHooksFinding({ path, found }: Inspected, { environment, installCommand }: DiagnoseRequest): Finding {
  const { complete, missing, stale, nested } = found;
  const next = path === findHookFile(environment) ? installCommand : `${installCommand} --agent ${toWord(agentNameOf(path))}`;
  const faults = [
    missing.length > 0 ? `it has no hook of spoor for ${missing.join(', ')}` : undefined,
    stale.length > 0 ? `${stale.join(', ')} ${stale.length === 1 ? 'runs' : 'run'} the hook of another home or version of spoor` : undefined,
  ].filter((text) => text !== undefined);
  if (nested.length > 0) return { check: 'hooks', state: 'broken', seen: `${path}: the hooks of ${nested.join(', ')} stand in groups, and Kiro ignores the whole agent for that`, next: `take the groups apart in ${path}` };
  if (faults.length > 0) return { check: 'hooks', state: 'broken', seen: `${path}: ${faults.join('; ')}`, next };
  return { check: 'hooks', state: 'ok', seen: `${path}: all ${complete} hooks of spoor` };
}

/** Sessions of the V3 engine are not traced without it. */
function missingHookFile(inspected: readonly Inspected[], { environment, installCommand }: DiagnoseRequest): Finding[] {
  const hookFile = findHookFile(environment);
  if (hookFile === undefined || inspected.some(({ path }) => path === hookFile)) return [];
  return [{ check: 'hooks', state: 'attention', seen: `${hookFile} holds no hook of spoor: sessions of Kiro's V3 engine (kiro-cli --v3, the IDE) are not traced`, next: installCommand }];
}

function toDefaultFindings(places: KiroPlaces, traced: readonly string[], { installCommand }: DiagnoseRequest): Finding[] {
  const settings = readSettings(places.settings, { readOnly: true });
  if ('refusal' in settings) return [{ check: 'default-agent', state: 'unknown', seen: settings.refusal, next: `mend ${places.settings}` }];
  const names = traced.map(agentNameOf);
  const [first] = names;
  if (first === undefined) return [{ check: 'default-agent', state: 'attention', seen: 'No agent of Kiro holds a hook of spoor: only sessions of its V3 engine are traced', next: installCommand }];
  const { defaultAgent } = settings;
  if (defaultAgent !== undefined && names.includes(defaultAgent)) return [{ check: 'default-agent', state: 'ok', seen: `Kiro uses "${defaultAgent}" by default, which is traced` }];
  const used = defaultAgent === undefined ? 'Kiro uses its built-in agent by default, which cannot hold hooks' : `Kiro uses "${defaultAgent}" by default, which has no hook of spoor`;
  const mend = defaultAgent !== undefined && hasFile(places, defaultAgent) ? installCommand : `${installCommand} --set-default`;
  return [{ check: 'default-agent', state: 'attention', seen: `${used}; traced ${names.length === 1 ? 'is' : 'are'} ${names.map((name) => `"${name}"`).join(', ')}`, next: `kiro-cli chat --agent ${toWord(first)}, or always: ${mend}` }];
}

function hasFile(places: KiroPlaces, name: string): boolean {
  return listAgentFiles(places.agents).some((path) => agentNameOf(path) === name);
}

/** Kiro's own word on the file. It also says yes to agents that it then ignores: see the groups above. */
function validate(path: string, { ask }: DiagnoseRequest): Finding {
  const words = ['kiro-cli', 'agent', 'validate', '--path', path];
  const answer = ask(words);
  const check = 'agent-file';
  if (!answer) return { check, state: 'unknown', seen: `kiro-cli is not on the PATH: nobody was asked whether Kiro takes ${basename(path)}` };
  const said = answer.words === '' ? '' : `: ${answer.words}`;
  if (answer.exitCode === 0) return { check, state: 'ok', seen: `kiro-cli agent validate takes ${basename(path)} (exit 0)${said}` };
  if (answer.exitCode === undefined) return { check, state: 'unknown', seen: `kiro-cli agent validate did not answer in time about ${path}`, next: words.slice(0, -1).concat(toWord(path)).join(' ') };
  return { check, state: 'broken', seen: `kiro-cli agent validate refuses ${path} (exit ${answer.exitCode})${said}`, next: `mend ${path}` };
}

function toWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text}'`;
}
