/** A user's home with Claude Code's settings in it, and the two verbs as the command line carries them out. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'jsonc-parser';
import type { InstallPlan, InstallRequest } from '#spoor/agents/agent.ts';
import { answeringCursor } from '#spoor/agents/claude-code/cursor-answer.ts';
import { claudeCodeInstaller } from '#spoor/agents/claude-code/install.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { loadInstallRecord } from '#spoor/config/install-record.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { installAgent, uninstallAgent } from '#spoor/installation/install-agent.ts';

export const SETTINGS = '.claude/settings.json';

export interface Group {
  matcher?: string;
  hooks: { type: string; command?: string; timeout?: number }[];
}
export type Settings = Record<string, unknown> & { hooks?: Record<string, Group[] | null> | null };

export interface Options {
  options?: InstallRequest['options'];
  env?: Record<string, string>;
  /** What `claude --version` prints. */
  version?: string;
}

export interface InstallStage {
  user: string;
  home: Home;
  /** As it stands in the settings. */
  command: string;
  /** As every agent would get it. */
  hookCommand: string;
  put(path: string, content: string | Buffer): void;
  read(path?: string): string;
  settings(path?: string): Settings;
  /** Every file below the user's home but ours, with its content and mode. */
  snapshot(): Record<string, string>;
  request(options?: Options): InstallRequest;
  install(options?: Options): InstallPlan;
  uninstall(options?: Options): InstallPlan;
}

/** A folder of its own, removed after the test. */
export function createInstallStage(t: TestContext): InstallStage {
  const user = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-claude-install-')));
  t.after(() => {
    chmodSync(user, 0o700);
    rmSync(user, { recursive: true, force: true });
  });
  const home = homeAt(join(user, '.spoor'));
  const hookCommand = toHookCommand(home, 'claude-code');
  const { hookCommand: command } = answeringCursor({ hookCommand });
  const request: InstallStage['request'] = ({ options = {}, env = {}, version } = {}) => ({
    environment: { home: user, env: { PATH: '', ...env }, platform: 'linux' }, hookCommand, options,
    run: (argv) => (argv.join(' ') === 'claude --version' ? version : undefined),
  });
  const read = (path = SETTINGS): string => readFileSync(join(user, path), 'utf8');
  return {
    user, home, command, hookCommand, request, read,
    put(path, content) {
      mkdirSync(dirname(join(user, path)), { recursive: true });
      writeFileSync(join(user, path), content);
    },
    settings: (path) => parse(read(path).replace('\ufeff', ''), [], { allowTrailingComma: true }) as Settings,
    snapshot: () => snapshot(user),
    install(options) {
      const plan = claudeCodeInstaller.plan(request(options));
      if (plan.refusal === undefined) installAgent({ home, agent: 'claude-code', plan, nowMillis: Date.parse('2026-01-31T09:00:00Z') });
      return plan;
    },
    uninstall(options) {
      const record = loadInstallRecord(home, 'claude-code') ?? { agent: 'claude-code', installedAt: '', version: '', files: [], notes: {} };
      const plan = claudeCodeInstaller.planUninstall(request(options), record);
      if (plan.refusal === undefined) uninstallAgent(home, 'claude-code', plan);
      return plan;
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
      } else files[relative(user, path)] = `${entry.isSymbolicLink() ? 'link' : (statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'base64')}`;
    }
  };
  walk(user);
  return files;
}
