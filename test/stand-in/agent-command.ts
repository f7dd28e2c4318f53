/** `kiro-cli agent …` and `kiro-cli settings …`, as far as an installer needs them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { agentFiles, agentNameOf, BUILT_IN_AGENT, defaultAgentName, problemsOfHooks, readJson } from './agent-config.ts';

export interface CommandContext {
  kiroHome: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

export interface CommandResult {
  exitCode: number;
  stdout?: string;
  stderr?: string;
}

/** What `agent create --from kiro_default` writes: a whole agent, not only what differs. */
const DEFAULT_AGENT = {
  description: 'The default agent',
  prompt: null,
  mcpServers: {},
  tools: ['*'],
  toolAliases: {},
  allowedTools: [],
  resources: ['file://AGENTS.md', 'file://README.md', 'file://.kiro/steering/**/*.md', 'skill://.kiro/skills/**/SKILL.md'],
  hooks: {},
  toolsSettings: {},
  includeMcpJson: true,
  model: null,
};

/** Runs `kiro-cli agent <args>`. */
export function runAgentCommand(args: string[], context: CommandContext): CommandResult {
  const [verb, ...rest] = args;
  if (verb === 'list') return listAgents(context);
  if (verb === 'create') return createAgent(rest, context);
  if (verb === 'validate') return validateAgent(optionOf(rest, '--path'));
  if (verb === 'set-default') return setDefaultAgent(positional(rest) ?? optionOf(rest, '--name'), context);
  return { exitCode: 2, stderr: `error: unrecognized subcommand '${verb ?? ''}'` };
}

/** Runs `kiro-cli settings <key> [value]` and `settings --delete <key>`. */
export function runSettingsCommand(args: string[], { kiroHome }: CommandContext): CommandResult {
  const path = join(kiroHome, 'settings', 'cli.json');
  const settings = readJson(path) ?? {};
  const removed = optionOf(args, '--delete');
  if (removed) {
    delete settings[removed];
    saveJson(path, settings);
    return { exitCode: 0 };
  }
  const [key, value] = args;
  if (!key) return { exitCode: 2, stderr: 'error: a key is missing' };
  if (value === undefined) return key in settings ? { exitCode: 0, stdout: JSON.stringify(settings[key]) } : { exitCode: 1, stderr: `No value associated with ${key}` };
  saveJson(path, { ...settings, [key]: value });
  return { exitCode: 0 };
}

function listAgents({ kiroHome, cwd }: CommandContext): CommandResult {
  const chosen = defaultAgentName(kiroHome) ?? BUILT_IN_AGENT;
  const files = [...agentFiles(join(cwd, '.kiro', 'agents')), ...agentFiles(join(kiroHome, 'agents'))];
  const rows: [string, string][] = [[BUILT_IN_AGENT, '(Built-in)'], ...files.map((path): [string, string] => [agentNameOf(path), dirname(path)])];
  return { exitCode: 0, stdout: rows.map(([name, where]) => `${name === chosen ? '*' : ' '} ${name.padEnd(30)} ${where}`).join('\n') };
}

function createAgent(args: string[], context: CommandContext): CommandResult {
  const name = positional(args) ?? optionOf(args, '--name');
  if (!name) return { exitCode: 2, stderr: 'error: the following required arguments were not provided: <NAME>' };
  const path = join(optionOf(args, '--directory') ?? join(context.kiroHome, 'agents'), `${name}.json`);
  if (existsSync(path)) return { exitCode: 1, stderr: `error: Agent with name ${name} already exists. Aborting` };
  const from = optionOf(args, '--from');
  const base = from === undefined || from === BUILT_IN_AGENT ? DEFAULT_AGENT : readAgentNamed(from, context);
  if (!base) return { exitCode: 1, stderr: `error: Agent ${from} does not exist` };
  const editor = context.env.VISUAL ?? context.env.EDITOR;
  // The real one opens vi: an installer that forgets to say which editor would hang there.
  if (!editor) return { exitCode: 1, stderr: 'error: no EDITOR is set' };
  saveJson(path, { ...base, name });
  const edited = spawnSync('/bin/sh', ['-c', `${editor} "$0"`, path], { env: context.env as NodeJS.ProcessEnv, stdio: 'ignore' });
  if (edited.status !== 0) return { exitCode: 1, stderr: 'error: Editor process did not exit with success' };
  return { exitCode: 0, stdout: `Agent ${name} has been created successfully` };
}

/** Says yes to hooks in Claude Code's nested form, which a session then drops: so does the real one. */
function validateAgent(path: string | undefined): CommandResult {
  if (!path) return { exitCode: 2, stderr: 'error: the following required arguments were not provided: --path <PATH>' };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { exitCode: 1, stderr: `error: ${String(error)}` };
  }
  const { unknownEvents } = problemsOfHooks((value as { hooks?: unknown } | null)?.hooks);
  if (unknownEvents.length > 0) return { exitCode: 1, stderr: `error: unknown variant ${unknownEvents.join(', ')}` };
  return { exitCode: 0 };
}

function setDefaultAgent(name: string | undefined, context: CommandContext): CommandResult {
  if (!name) return { exitCode: 2, stderr: 'error: the following required arguments were not provided: <NAME>' };
  if (name !== BUILT_IN_AGENT && !readAgentNamed(name, context)) return { exitCode: 1, stderr: `error: No agent with name ${name} found` };
  return runSettingsCommand(['chat.defaultAgent', name], context);
}

function readAgentNamed(name: string, { kiroHome, cwd }: CommandContext): Record<string, unknown> | undefined {
  const files = [...agentFiles(join(cwd, '.kiro', 'agents')), ...agentFiles(join(kiroHome, 'agents'))];
  const path = files.find((file) => agentNameOf(file) === name);
  return path ? readJson(path) : undefined;
}

function optionOf(args: string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}

/** The first word that is neither an option nor an option's value. */
function positional(args: string[]): string | undefined {
  return args.find((word, at) => !word.startsWith('-') && !args[at - 1]?.startsWith('-'));
}

function saveJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
