/** Codex's files in a user's home. */
import type { TestContext } from 'node:test';
import { parse } from 'smol-toml';
import { codexInstaller } from '#spoor/agents/codex/install.ts';
import { createInstallerStage, type InstallerStage } from '../installer-stage.ts';

export const CONFIG = '.codex/config.toml';
export const HOOKS = '.codex/hooks.json';
export const EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest', 'PostToolUse', 'PostModelRequest', 'PostCompact', 'SubagentStart', 'SubagentStop', 'Stop', 'Interrupt'];

export interface HooksJson {
  hooks: Record<string, { matcher?: string; hooks: Record<string, unknown>[] }[]>;
}

export interface InstallStage extends InstallerStage {
  hooks(): HooksJson;
  config(): Record<string, unknown>;
}

/** A folder of its own, removed after the test. */
export function createInstallStage(t: TestContext): InstallStage {
  const stage = createInstallerStage(t, { agent: 'codex', installer: codexInstaller });
  return {
    ...stage,
    hooks: () => JSON.parse(stage.read(HOOKS).replace('\ufeff', '')) as HooksJson,
    config: () => parse(stage.read(CONFIG).replace('\ufeff', ''), { integersAsBigInt: 'asNeeded' }),
  };
}
