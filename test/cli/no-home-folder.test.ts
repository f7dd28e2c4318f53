/** SPOOR_HOME where no folder can be made: one sentence says which and why, at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeFolder } from '#spoor/config/make-folder.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';

const COMMANDS = [['serve', '--port', '0', '--no-import'], ['import'], ['collect', '--once'], ['collect']];

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-no-home-'));
  t.after(() => removeFolder(folder));
  return folder;
}

for (const words of COMMANDS) {
  test(`${words.join(' ')} below a file`, async (t) => {
    const folder = createFolder(t);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, out, err } = await spawnSpoor(words, { env: { HOME: folder, SPOOR_HOME: join(file, 'sub', 'home') } });
    assert.deepEqual([code, out], [1, '']);
    assert.equal(err, `spoor: The folder ${join(file, 'sub', 'home')}, in which spoor keeps its data, cannot be made: ${file} is no folder.\nMove that away, or set SPOOR_HOME to a folder that can be made.\n`);
  });

  // Node's own recursive mkdir never comes back from there.
  if (process.platform === 'linux') test(`${words.join(' ')} where the system makes no folders`, async (t) => {
    const { code, out, err } = await spawnSpoor(words, { env: { HOME: createFolder(t), SPOOR_HOME: '/proc/nosuch/x' } });
    assert.deepEqual([code, out], [1, '']);
    assert.equal(err, 'spoor: The folder /proc/nosuch/x, in which spoor keeps its data, cannot be made: the system refuses /proc/nosuch.\nSet SPOOR_HOME to a folder that can be made.\n');
  });
}

test('a folder is made with all that is missing above it, and again', (t) => {
  const folder = createFolder(t);
  makeFolder(join(folder, 'a', 'b', 'c'));
  makeFolder(join(folder, 'a', 'b', 'c'));
  assert.deepEqual(readdirSync(join(folder, 'a', 'b')), ['c']);
});
