/** The fixture's session as it happened: rollouts that grow line by line, and the hooks spooled between them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { codex } from '#spoor/agents/codex/agent.ts';
import type { TracedHome } from '../../golden/traced-home.ts';
import { finish, step } from '../../support/spooled.ts';
import { CHILD, HOME, hooksOf, linesOf, PARENT } from './recorded.ts';

/** Every hook of the fixture, in order of time. */
export const ALL = [...hooksOf(PARENT), ...hooksOf(CHILD)].sort((a, b) => (a.at < b.at ? -1 : 1));

/** Plays it as of now, collected at every fourth hook and at the end. */
export function playRollouts(traced: TracedHome): void {
  const files = [PARENT, CHILD].map((id) => ({ id, lines: linesOf(id), path: toPath(traced.root, id), written: 0 }));
  const shift = BigInt(Date.now() - 10_000) * 1_000_000n - (files[0]?.lines[0]?.at ?? 0n);
  const writeUntil = (moment: bigint): void => {
    for (const file of files) {
      const count = file.lines.filter(({ at }) => at <= moment).length;
      if (count === file.written) continue;
      mkdirSync(dirname(file.path), { recursive: true });
      writeFileSync(file.path, file.lines.slice(0, count).map(({ text, at }) => `${text.replace(/"timestamp":"[^"]+"/, `"timestamp":"${new Date(Number((at + shift) / 1_000_000n)).toISOString()}"`)}\n`).join(''));
      file.written = count;
    }
  };
  for (const [index, hook] of ALL.entries()) {
    writeUntil(hook.at);
    spoolHook(traced.home.spool, { HOME: traced.root, index, payload: hook.payload });
    if (index % 4 === 0) step(traced);
  }
  writeUntil(1n << 62n);
  finish(traced);
}

function toPath(root: string, id: string): string {
  const path = codex.history?.find({ home: HOME, env: {}, platform: 'linux' }, id)?.files[0]?.path ?? '';
  return join(root, relative(HOME, path));
}

/** As a dead hook would have left it. */
function spoolHook(folder: string, { HOME: home, index, payload }: { HOME: string; index: number; payload: object }): void {
  const pid = 4_300_000 + index;
  writeFileSync(join(folder, `codex-${pid}`), `${['spoor-hook 1', 'codex', String(pid), '', `HOME=${home}`, ''].join('\0')}\0${JSON.stringify(payload)}`, { mode: 0o600 });
}
