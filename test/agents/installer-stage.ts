/** A user's home with an agent's files in it, and the two verbs as the command line carries them out. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import type { AgentEnvironment, Installer, InstallPlan, InstallRequest } from '#spoor/agents/agent.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { loadInstallRecord } from '#spoor/config/install-record.ts';
import type { AgentId } from '#spoor/core/agent-id.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { installAgent, uninstallAgent } from '#spoor/installation/install-agent.ts';
import { removeFolder } from '../support/remove-folder.ts';

export type InstallOptions = InstallRequest['options'];

export interface InstallerStage {
  user: string;
  home: Home;
  /** As every agent gets it. */
  command: string;
  /** Writes a file of the user; the path is relative to their home. */
  put(path: string, content: string | Buffer): void;
  read(path: string): string;
  /** Every file and folder below the user's home but ours, with its content and mode. */
  snapshot(): Record<string, string>;
  request(options?: InstallOptions, env?: Record<string, string>): InstallRequest;
  plan(options?: InstallOptions, env?: Record<string, string>): InstallPlan;
  install(options?: InstallOptions, env?: Record<string, string>): InstallPlan;
  uninstall(options?: InstallOptions, env?: Record<string, string>): InstallPlan;
  /** What the doctor says of it. */
  states(): string[];
}

export interface StageParts {
  agent: AgentId;
  installer: Installer;
  /** What the agent's own program answers. Absent: there is none. */
  run?(argv: readonly string[], environment: AgentEnvironment): string | undefined;
}

/** A folder of its own, removed after the test. */
export function createInstallerStage(t: TestContext, { agent, installer, run }: StageParts): InstallerStage {
  const user = realpathSync(mkdtempSync(join(tmpdir(), `spoor-install-${agent}-`)));
  t.after(() => {
    chmodSync(user, 0o700);
    removeFolder(user);
  });
  const home = homeAt(join(user, '.spoor'));
  const command = toHookCommand(home, agent);
  const request: InstallerStage['request'] = (options = {}, env = {}) => {
    const environment: AgentEnvironment = { home: user, env: { PATH: '', ...env }, platform: 'linux' };
    return { environment, hookCommand: command, options, run: (argv) => run?.(argv, environment) };
  };
  const plan: InstallerStage['plan'] = (options, env) => installer.plan(request(options, env));
  return {
    user, home, command, request, plan,
    put(path, content) {
      mkdirSync(dirname(join(user, path)), { recursive: true });
      writeFileSync(join(user, path), content);
    },
    read: (path) => readFileSync(join(user, path), 'utf8'),
    snapshot: () => snapshot(user),
    install(options, env) {
      const made = plan(options, env);
      if (made.refusal === undefined) installAgent({ home, agent, plan: made, nowMillis: Date.parse('2026-01-31T09:00:00Z') });
      return made;
    },
    uninstall(options, env) {
      const record = loadInstallRecord(home, agent) ?? { agent, installedAt: '', version: '', files: [], notes: {} };
      const made = installer.planUninstall(request(options, env), record);
      if (made.refusal === undefined) uninstallAgent(home, agent, made);
      return made;
    },
    states: () => (installer.diagnose?.({ environment: request().environment, hookCommand: command, installCommand: 'install', ask: () => undefined }) ?? []).map(({ state, seen }) => `${state} ${seen}`),
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
      } else files[relative(user, path)] = toContent(path, entry.isSymbolicLink());
    }
  };
  walk(user);
  return files;
}

function toContent(path: string, isLink: boolean): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return `${isLink ? 'link' : ((stat?.mode ?? 0) & 0o777).toString(8)} ${stat ? readFileSync(path, 'base64') : ''}`;
}
