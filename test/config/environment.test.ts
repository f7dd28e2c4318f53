import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { copyVariables } from '#spoor/config/environment.ts';

const MODULE = fileURLToPath(import.meta.resolve('#spoor/config/environment.ts'));

function readIn(env: Record<string, string>): { home?: string; env: Record<string, string>; platform: string } {
  const script = `import(${JSON.stringify(MODULE)}).then(({ readEnvironment }) => console.log(JSON.stringify(readEnvironment())))`;
  return JSON.parse(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', script], { env, encoding: 'utf8' }));
}

test("the environment is the process's own, its home an absolute path or none", () => {
  const read = readIn({ HOME: '/home/somebody', A: '1' });
  assert.equal(read.home, '/home/somebody');
  assert.equal(read.env.A, '1');
  assert.equal(read.platform, process.platform);
  assert.equal(readIn({ HOME: 'relative' }).home, undefined);
  assert.match(readIn({}).home ?? '/', /^\//);
});

test('variables of Windows are found whatever their case', () => {
  assert.deepEqual(copyVariables({ Path: 'C:\\x', APPDATA: 'y' }, 'win32'), { PATH: 'C:\\x', APPDATA: 'y' });
  assert.deepEqual(copyVariables({ Path: 'x' }, 'linux'), { Path: 'x' });
});
