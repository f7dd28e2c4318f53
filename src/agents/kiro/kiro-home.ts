/** Kiro's own folder. */
import { isAbsolute, join } from 'node:path';
import type { AgentEnvironment } from '../agent.ts';

/** `KIRO_HOME` where it is absolute (Kiro ignores it otherwise), else `~/.kiro`; undefined without a home. */
export function findKiroHome(environment: AgentEnvironment): string | undefined {
  const named = environment.env.KIRO_HOME;
  if (named && isAbsolute(named)) return named;
  return environment.home ? join(environment.home, '.kiro') : undefined;
}
