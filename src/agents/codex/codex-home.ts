/** Codex's own folder. */
import { isAbsolute, join } from 'node:path';
import type { AgentEnvironment } from '../agent.ts';

/** `CODEX_HOME` where it is absolute (what a relative one means depends on where Codex runs), else `~/.codex`; undefined without a home. */
export function findCodexHome(environment: AgentEnvironment): string | undefined {
  const named = environment.env.CODEX_HOME;
  if (named && isAbsolute(named)) return named;
  return environment.home ? join(environment.home, '.codex') : undefined;
}
