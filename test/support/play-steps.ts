/**
 * A session of an agent put down step by step as the agent and its hooks would: lines of its files, and hook events between them, in a
 * traced home. No process runs: what matters is what stands where when the collector looks.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentId } from '#spoor/core/agent-id.ts';
import type { TracedHome } from '../golden/traced-home.ts';

/** A line (or a whole file) of the agent's history, any other change of a home, or a hook event. */
export type Step = { line: [path: string, value: object] } | { file: [path: string, value: object] } | { change(home: string): void } | { hook: object; env?: Readonly<Record<string, string>> };

/** Above every pid that a system gives, and apart from those of `spooled.ts`: their hooks are dead. */
let lastPid = 4_300_000;

/** Puts down one step. Paths are relative to the home. */
export function putStep(traced: TracedHome, agent: AgentId, step: Step): void {
  if ('hook' in step) {
    const pid = ++lastPid;
    const head = ['spoor-hook 1', agent, String(pid), '', `HOME=${traced.root}`, 'PPID=4299999', ...Object.entries(step.env ?? {}).map(([name, value]) => `${name}=${value}`), ''];
    writeFileSync(join(traced.home.spool, `${agent}-${pid}`), `${head.join('\0')}\0${JSON.stringify(step.hook)}`, { mode: 0o600 });
    return;
  }
  if ('change' in step) {
    step.change(traced.root);
    return;
  }
  const [path, value] = 'line' in step ? step.line : step.file;
  mkdirSync(dirname(join(traced.root, path)), { recursive: true });
  if ('line' in step) appendFileSync(join(traced.root, path), `${JSON.stringify(value)}\n`);
  else writeFileSync(join(traced.root, path), JSON.stringify(value));
}
