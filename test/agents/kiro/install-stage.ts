/** A user's home with Kiro's files in it, and the two verbs as the command line carries them out. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'jsonc-parser';
import type { InstallPlan, InstallRequest } from '#spoor/agents/agent.ts';
import { kiroInstaller } from '#spoor/agents/kiro/install.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { loadInstallRecord } from '#spoor/config/install-record.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { installAgent, uninstallAgent } from '#spoor/installation/install-agent.ts';
import { runProgram } from '#spoor/installation/run-program.ts';

export const MINE = '.kiro/agents/mine.json';
export const SETTINGS = '.kiro/settings/cli.json';
/** For the V3 engine, beside whichever agent. */
export const HOOK_FILE = '.kiro/hooks/spoor.json';
/** The agent that is made where the user has none of their own. */
export const OWN = '.kiro/agents/spoor-traced.json';

export type HookEntry = Record<string, unknown>;
export type AgentJson = Record<string, unknown> & { hooks: Record<string, HookEntry[]> };

/** An agent file as a value. */
export function readAgent(stage: InstallStage, path = MINE): AgentJson {
  return parse(stage.read(path).replace('\ufeff', ''), [], { allowTrailingComma: true }) as AgentJson;
}

/** Our entry of an event. */
export function ours(stage: InstallStage, event: string): HookEntry {
  const matcher = event === 'preToolUse' || event === 'postToolUse' ? { matcher: '*' } : {};
  return { ...matcher, command: stage.command, timeout_ms: 3000 };
}

export interface InstallStage {
  user: string;
  home: Home;
  command: string;
  /** Writes a file of the user; the path is relative to their home. */
  put(path: string, content: string | Buffer): void;
  read(path: string): string;
  /** Every file below the user's home but ours, with its content and mode. */
  snapshot(): Record<string, string>;
  request(options?: InstallRequest['options'], env?: Record<string, string>): InstallRequest;
  plan(options?: InstallRequest['options'], env?: Record<string, string>): InstallPlan;
  install(options?: InstallRequest['options'], env?: Record<string, string>): InstallPlan;
  uninstall(env?: Record<string, string>): InstallPlan;
}

/** A folder of its own, removed after the test. */
export function createInstallStage(t: TestContext): InstallStage {
  const user = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-install-')));
  t.after(() => rmSync(user, { recursive: true, force: true }));
  const home = homeAt(join(user, '.spoor'));
  const command = toHookCommand(home, 'kiro');
  const request: InstallStage['request'] = (options = {}, env = {}) => {
    const environment = { home: user, env: { PATH: '', ...env }, platform: 'linux' as const };
    return { environment, hookCommand: command, options, run: (argv) => runProgram(argv, environment) };
  };
  const plan: InstallStage['plan'] = (options, env) => kiroInstaller.plan(request(options, env));
  return {
    user,
    home,
    command,
    put(path, content) {
      mkdirSync(dirname(join(user, path)), { recursive: true });
      writeFileSync(join(user, path), content);
    },
    read: (path) => readFileSync(join(user, path), 'utf8'),
    snapshot: () => snapshot(user),
    request,
    plan,
    install(options, env) {
      const made = plan(options, env);
      if (made.refusal === undefined) installAgent({ home, agent: 'kiro', plan: made, nowMillis: Date.parse('2026-01-31T09:00:00Z') });
      return made;
    },
    uninstall(env) {
      const record = loadInstallRecord(home, 'kiro') ?? { agent: 'kiro', installedAt: '', version: '', files: [], notes: {} };
      const made = kiroInstaller.planUninstall(request({}, env), record);
      if (made.refusal === undefined) uninstallAgent(home, 'kiro', made);
      return made;
    },
  };
}

function snapshot(user: string): Record<string, string> {
  const files: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === '.spoor') continue;
      if (entry.isDirectory()) {
        files[`${relative(user, path)}/`] = '';
        walk(path);
      } else files[relative(user, path)] = `${entry.isSymbolicLink() ? 'link' : (statSync(path).mode & 0o777).toString(8)} ${statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, 'base64') : ''}`;
    }
  };
  walk(user);
  return files;
}
