/** Kiro's files in a user's home. */
import type { TestContext } from 'node:test';
import { parse } from 'jsonc-parser';
import { kiroInstaller } from '#spoor/agents/kiro/install.ts';
import { runProgram } from '#spoor/installation/run-program.ts';
import { createInstallerStage, type InstallerStage } from '../installer-stage.ts';

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

export type InstallStage = InstallerStage;

/** A folder of its own, removed after the test. */
export function createInstallStage(t: TestContext): InstallStage {
  return createInstallerStage(t, { agent: 'kiro', installer: kiroInstaller, run: runProgram });
}
