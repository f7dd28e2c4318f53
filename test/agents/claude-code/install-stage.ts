/** Claude Code's settings in a user's home. */
import type { TestContext } from 'node:test';
import { parse } from 'jsonc-parser';
import type { InstallPlan, InstallRequest } from '#spoor/agents/agent.ts';
import { answeringCursor } from '#spoor/agents/claude-code/cursor-answer.ts';
import { claudeCodeInstaller } from '#spoor/agents/claude-code/install.ts';
import { createInstallerStage, type InstallerStage } from '../installer-stage.ts';

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

export interface InstallStage extends Pick<InstallerStage, 'user' | 'home' | 'put' | 'snapshot'> {
  /** As it stands in the settings. */
  command: string;
  /** As every agent would get it. */
  hookCommand: string;
  read(path?: string): string;
  settings(path?: string): Settings;
  request(options?: Options): InstallRequest;
  install(options?: Options): InstallPlan;
  uninstall(options?: Options): InstallPlan;
}

/** A folder of its own, removed after the test. */
export function createInstallStage(t: TestContext): InstallStage {
  let version: string | undefined;
  const stage = createInstallerStage(t, { agent: 'claude-code', installer: claudeCodeInstaller, run: (argv) => (argv.join(' ') === 'claude --version' ? version : undefined) });
  const read = (path = SETTINGS): string => stage.read(path);
  const withVersion = <T>(ask: InstallerAction<T>) => ({ options, env, version: told }: Options = {}): T => {
    version = told;
    return ask(options, env);
  };
  return {
    ...stage, read, hookCommand: stage.command,
    command: answeringCursor({ hookCommand: stage.command }).hookCommand,
    settings: (path) => parse(read(path).replace('\ufeff', ''), [], { allowTrailingComma: true }) as Settings,
    request: withVersion(stage.request),
    install: withVersion(stage.install),
    uninstall: withVersion(stage.uninstall),
  };
}

type InstallerAction<T> = (options?: InstallRequest['options'], env?: Record<string, string>) => T;
