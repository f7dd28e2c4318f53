import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { watchSpool } from '#spoor/spool/watch-spool.ts';

/** Resolves at the first call after `act`. */
async function firstCall(root: string, act: () => void): Promise<void> {
  const home = homeAt(root);
  let call = (): void => undefined;
  const called = new Promise<void>((resolve) => (call = resolve));
  const watch = watchSpool(home, () => call());
  try {
    act();
    await called;
  } finally {
    watch.close();
  }
}

for (const [what, prepare] of [
  ['a new file is told', (root: string) => createHome(homeAt(root))],
  ['a spool folder that comes later is watched too', () => undefined],
] as const) {
  test(what, async (context) => {
    const root = mkdtempSync(join(tmpdir(), 'spoor-watch-'));
    context.after(() => rmSync(root, { recursive: true }));
    prepare(root);
    await firstCall(root, () => {
      mkdirSync(homeAt(root).spool, { recursive: true });
      writeFileSync(join(homeAt(root).spool, 'kiro-1'), '');
    });
    // Something that is there already and does not change is told by the poll.
    await firstCall(root, () => undefined);
  });
}

test('it does not keep a process alive that asked for that', async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'spoor-watch-'));
  context.after(() => rmSync(root, { recursive: true }));
  createHome(homeAt(root));
  const { spawnSync } = await import('node:child_process');
  const url = import.meta.resolve('#spoor/spool/watch-spool.ts');
  const program = `import { watchSpool } from ${JSON.stringify(url)}; watchSpool({ spool: process.argv[1] }, () => {}, { unref: true });`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program, join(root, 'spool')], { timeout: 20_000 });
  assert.equal(status, 0);
});
