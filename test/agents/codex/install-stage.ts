/** A user's home with Codex's files in it, and the two verbs as the command line carries them out. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'smol-toml';
import type { InstallPlan, InstallRequest } from '#spoor/agents/agent.ts';
import { codexInstaller } from '#spoor/agents/codex/install.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { loadInstallRecord } from '#spoor/config/install-record.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { installAgent, uninstallAgent } from '#spoor/installation/install-agent.ts';

export const CONFIG = '.codex/config.toml';
export const HOOKS = '.codex/hooks.json';
export const EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest', 'PostToolUse', 'PostModelRequest', 'PostCompact', 'SubagentStart', 'SubagentStop', 'Stop', 'Interrupt'];

export interface HooksJson {
  hooks: Record<string, { matcher?: string; hooks: Record<string, unknown>[] }[]>;
}

export interface InstallStage {
  user: string;
  home: Home;
  command: string;
  put(path: string, content: string | Buffer): void;
  read(path: string): string;
  hooks(): HooksJson;
  config(): Record<string, unknown>;
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
  const command = toHookCommand(home, 'codex');
  const read = (path: string): string => readFileSync(join(user, path), 'utf8');
  const request: InstallStage['request'] = (options = {}, env = {}) => {
    return { environment: { home: user, env: { PATH: '', ...env }, platform: 'linux' }, hookCommand: command, options, run: () => undefined };
  };
  const plan: InstallStage['plan'] = (options, env) => codexInstaller.plan(request(options, env));
  return {
    user, home, command, read, request, plan,
    put(path, content) {
      mkdirSync(dirname(join(user, path)), { recursive: true });
      writeFileSync(join(user, path), content);
    },
    hooks: () => JSON.parse(read(HOOKS).replace('\ufeff', '')) as HooksJson,
    config: () => parse(read(CONFIG).replace('\ufeff', ''), { integersAsBigInt: 'asNeeded' }),
    snapshot: () => snapshot(user),
    install(options, env) {
      const made = plan(options, env);
      if (made.refusal === undefined) installAgent({ home, agent: 'codex', plan: made, nowMillis: Date.parse('2026-01-31T09:00:00Z') });
      return made;
    },
    uninstall(env) {
      const record = loadInstallRecord(home, 'codex') ?? { agent: 'codex', installedAt: '', version: '', files: [], notes: {} };
      const made = codexInstaller.planUninstall(request({}, env), record);
      if (made.refusal === undefined) uninstallAgent(home, 'codex', made);
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
