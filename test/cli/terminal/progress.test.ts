import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress, toRate } from '#spoor/cli/terminal/progress.ts';

function createScreen(isTerminal: boolean) {
  const screen = { text: '', write: async (text: string) => void (screen.text += text), isTerminal, columns: 80, color: false, isClosed: () => false };
  return screen;
}

test('a terminal sees how far it is, a rate and an end; at the end the line is gone', () => {
  const screen = createScreen(true);
  let now = 0;
  const progress = createProgress(screen, () => now);
  progress.update({ label: 'importing Kiro', done: 1, total: 933, bytes: 1e6, bytesTotal: 100e6 });
  assert.equal(screen.text, '\r\u001b[Kimporting Kiro  1/933 sessions  1.0/100 MB');
  now = 50;
  progress.update({ label: 'importing Kiro', done: 2, total: 933, bytes: 2e6, bytesTotal: 100e6 });
  assert.doesNotMatch(screen.text, /2\/933/, 'not drawn more often than one can read');
  now = 2_000;
  progress.update({ label: 'importing Kiro', done: 240, total: 933, bytes: 20e6, bytesTotal: 100e6 });
  assert.ok(screen.text.endsWith('importing Kiro  240/933 sessions  20/100 MB  10 MB/s  8.0s left'), screen.text);
  progress.close();
  assert.ok(screen.text.endsWith('\r\u001b[K'));
});

test('a file or a pipe gets a whole line now and then, and none of a short job', () => {
  const screen = createScreen(false);
  let now = 0;
  const progress = createProgress(screen, () => now);
  for (; now < 25_000; now += 1_000) progress.update({ label: 'importing Kiro', done: 3, total: 4, bytes: 20e6, bytesTotal: 3e9 });
  progress.close();
  assert.equal(screen.text, 'importing Kiro  3/4 sessions  20 MB/3.0 GB  2.0 MB/s  24m 50s left\nimporting Kiro  3/4 sessions  20 MB/3.0 GB  1.0 MB/s  49m 40s left\n');
});

test('no rate is told from too little', () => {
  assert.equal(toRate(1e6, 2e6, 100), '');
  assert.equal(toRate(0, 2e6, 10_000), '');
});
