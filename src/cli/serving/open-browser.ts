/** Opens an address in the user's browser. */
import { spawn } from 'node:child_process';
import type { AgentEnvironment } from '../../agents/agent.ts';

/** Quietly nothing where there is no display, or no browser. */
export function openBrowser(url: string, { platform, env }: AgentEnvironment): void {
  const [program, ...args] = toCommand(url, { platform, env });
  if (program === undefined) return;
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}

/** The command that does it here; empty: there is none. */
export function toCommand(url: string, { platform, env }: Pick<AgentEnvironment, 'platform' | 'env'>): string[] {
  if (platform === 'darwin') return ['open', url];
  // The empty word is the title of a window: without it the address would be one.
  if (platform === 'win32') return ['cmd.exe', '/c', 'start', '', url];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', url] : [];
}
