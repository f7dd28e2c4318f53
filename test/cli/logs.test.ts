import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '#spoor/config/log.ts';
import { createCliWorld } from '../support/cli-context.ts';
import { waitFor } from '../support/hook-stage.ts';
import { spoorCommand } from '../support/spawn-spoor.ts';

test('logs: all merged, one alone, as JSON; without any it says where they would be', async (t) => {
  const world = createCliWorld(t);
  const { home } = world.context;
  const none = await world.run('logs');
  assert.deepEqual([none.code, none.out], [0, '']);
  assert.match(none.err, /^Nothing is logged yet\. It would stand in .*logs\.$/m);
  assert.match((await world.run('logs', 'kiro')).err, /for kiro\. It would stand in .*logs\/kiro\.log/);
  const unknown = await world.run('logs', 'nobody');
  assert.deepEqual([unknown.code, /There is no log "nobody"/.test(unknown.err)], [2, true]);
  let now = Date.parse('2026-11-20T09:30:05Z');
  const nowMillis = (): number => (now += 1000);
  createLog(home, { name: 'spoor', verbose: true, nowMillis }).error('web: refused');
  createLog(home, { name: 'kiro', verbose: true, nowMillis }).info('stop of a session');
  const { out } = await world.run('logs');
  assert.match(out, /^2026-11-20 \d\d:30:06 {2}spoor {2}error {2}web: refused\n2026-11-20 \d\d:30:07 {2}kiro {2}stop of a session\n$/);
  assert.match((await world.run('logs', 'kiro')).out, /^2026-11-20 \d\d:30:07 {2}stop of a session\n$/);
  assert.match((await world.run('logs', '-n', '1')).out, /^.* kiro {2}stop of a session\n$/);
  const lines = (await world.run('logs', '--json')).out.trim().split('\n').map((line) => JSON.parse(line) as { log: string; level: string });
  assert.deepEqual(lines.map(({ log, level }) => [log, level]), [['spoor', 'error'], ['kiro', 'info']]);
});

test('a hostile line moves no cursor', async (t) => {
  const world = createCliWorld(t);
  mkdirSync(world.context.home.logs, { recursive: true });
  writeFileSync(join(world.context.home.logs, 'kiro.log'), 'a\u001b[2Jb\u009b1mc\u202e\n');
  assert.equal((await world.run('logs', 'kiro')).out, 'abc\n');
  assert.doesNotMatch((await world.run('logs', '--json')).out, /[\u0080-\u009f\u202e]/);
});

test('--follow goes on through a rotation and ends at Ctrl-C', async (t) => {
  const world = createCliWorld(t);
  const { home } = world.context;
  const log = createLog(home, { name: 'kiro', verbose: true });
  log.info('before');
  const child = spawn(process.execPath, [...spoorCommand.slice(1), 'logs', 'kiro', '--follow'], { env: { SPOOR_HOME: home.root }, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  await waitFor('the first line', () => out.includes('before'));
  log.info('then');
  renameSync(join(home.logs, 'kiro.log'), join(home.logs, 'kiro.log.1'));
  log.info('after');
  await waitFor('the last line', () => out.includes('after'));
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0);
  assert.deepEqual(out.trim().split('\n').map((line) => line.split('  ').at(-1)), ['before', 'then', 'after']);
});
