import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createHome, type Home, homeAt } from '#spoor/config/home.ts';
import { MAX_PAYLOAD_BYTES, readSpool, removeEvents } from '#spoor/spool/read-spool.ts';
import { expireSetAside, listSetAside } from '#spoor/spool/set-aside.ts';
import { spoolStatus } from '#spoor/spool/spool-status.ts';

/** No process has it: Linux stops at 2^22, others earlier. */
const DEAD = 9_999_999;

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'spoor-spool-')));
  createHome(home);
});
afterEach(() => rmSync(home.root, { recursive: true }));

interface Written {
  name?: string;
  pid?: number;
  clock?: string;
  env?: Record<string, string>;
  payload?: string | Buffer;
  agent?: string;
  /** Seconds ago; the default is long enough for its writer to be given up. */
  age?: number;
}

/** One spool file, as a shim leaves it. */
function spool({ pid = DEAD, name = `kiro-${pid}`, clock = '', env = {}, payload = '{}', agent = 'kiro', age = 10 }: Written = {}): string {
  const header = ['spoor-hook 1', agent, String(pid), clock, ...Object.entries(env).map(([key, value]) => `${key}=${value}`), ''].map((field) => `${field}\0`).join('');
  return put(name, Buffer.concat([Buffer.from(header), Buffer.from(payload)]), age);
}

function put(name: string, content: string | Buffer, age = 10): string {
  const path = join(home.spool, name);
  writeFileSync(path, content, { mode: 0o600 });
  utimesSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age);
  return path;
}

test('no spool folder is an empty spool; a file in its place is a problem', () => {
  rmSync(home.spool, { recursive: true });
  assert.deepEqual(readSpool(home), { events: [], problems: [], waiting: 0, newer: 0, more: false });
  writeFileSync(home.spool, '');
  assert.deepEqual(readSpool(home).problems.map((problem) => problem.code), ['spool-unreadable']);
  assert.equal(spoolStatus(home).count, 0);
});

test('an event has everything its hook told', () => {
  const env = { SPOOR_USER_ID: 'a=b\nc', EMPTY: '', OTEL_SERVICE_NAME: 'é' };
  const path = spool({ env, payload: '{"a":"é"}' });
  const { events, problems } = readSpool(home);
  assert.deepEqual(problems, []);
  const [event] = events;
  assert.deepEqual([event?.agent, event?.payload, event?.truncated, event?.env, event?.path, event?.order], ['kiro', '{"a":"é"}', false, env, path, DEAD]);
});

test('oldest first, by time and then by name', () => {
  const names = ['kiro-3', 'kiro-1', 'kiro-2', 'kiro-20'];
  names.forEach((name, i) => spool({ name, payload: `{"n":${i}}`, age: name === 'kiro-2' ? 100 : 50 }));
  const stamp = Date.now() / 1000 - 50;
  for (const name of ['kiro-3', 'kiro-1', 'kiro-20']) utimesSync(join(home.spool, name), stamp, stamp);
  assert.deepEqual(readSpool(home).events.map((event) => event.path.replace(/.*\//, '')), ['kiro-2', 'kiro-1', 'kiro-20', 'kiro-3']);
});

test('a key is the same at each reading, and another for each event', () => {
  const paths = [spool({ name: 'kiro-1', age: 0 }), spool({ name: 'kiro-1.1', age: 0 }), spool({ name: 'kiro-2', payload: '{"a":1}', age: 0 })];
  const keys = readSpool(home).events.map((event) => event.key);
  assert.equal(new Set(keys).size, 3);
  assert.deepEqual(readSpool(home).events.map((event) => event.key), keys);
  // The same pid and payload later is another event, on filesystems that know when a file was made.
  const { birthtimeMs } = statSync(paths[0] ?? '');
  do {
    removeEvents(paths);
    spool({ name: 'kiro-1', age: 0 });
  } while (birthtimeMs > 0 && statSync(paths[0] ?? '').birthtimeMs === birthtimeMs);
  const [again] = readSpool(home).events;
  if (birthtimeMs > 0) assert.ok(!keys.includes(again?.key ?? ''));
  // A newline after a payload that was complete changes nothing.
  const before = again?.key;
  writeFileSync(again?.path ?? '', '\n', { flag: 'a' });
  if (birthtimeMs > 0) assert.equal(readSpool(home).events[0]?.key, before);
});

test('the time is the header clock in either decimal sign, if it fits the file', () => {
  const micros = BigInt(Date.now()) * 1000n + 7n;
  const seconds = micros / 1_000_000n;
  const at = (clock: string) => {
    const path = spool({ clock, age: 0 });
    const [event] = readSpool(home).events;
    removeEvents([path]);
    return event?.at;
  };
  for (const sign of ['.', ',']) {
    const now = BigInt(Date.now()) * 1000n + 7n;
    assert.deepEqual(at(`${now / 1_000_000n}${sign}${String(now % 1_000_000n).padStart(6, '0')}`), { unixNano: now * 1000n, source: 'hook', resolutionNano: 1000 });
  }
  for (const clock of ['', '1600000000.000000', `${seconds + 60n}.000000`, 'x', '1.5', `${seconds}`]) {
    const told = at(clock);
    assert.equal(told?.resolutionNano, 10_000_000, clock);
    assert.ok(told.unixNano > micros * 1000n - 60_000_000_000n && told.unixNano < micros * 1000n + 60_000_000_000n);
  }
});

test('how long a hook took is told where its clock and the file tell it', () => {
  const now = Math.floor(Date.now() / 1000) - 10;
  const at = (seconds: number): string => `${Math.floor(seconds)}.${String(Math.round((seconds % 1) * 1e6)).padStart(6, '0')}`;
  const tookOf = (clock: string, payload = '{}'): number | undefined => {
    const path = spool({ clock, payload });
    utimesSync(path, now, now);
    const took = readSpool(home).events[0]?.tookMillis;
    removeEvents([path]);
    return took === undefined ? undefined : Math.round(took * 10) / 10;
  };
  // File times are those of the last tick: one before the clock is none before it.
  assert.deepEqual([tookOf(at(now - 0.0125)), tookOf(at(now + 0.003)), tookOf(''), tookOf(at(now - 0.5), '{')], [12.5, 0, undefined, undefined]);
});

test('a payload that does not parse waits for its writer, then counts as truncated', async () => {
  const writer = spawn('sleep', ['1000'], { stdio: 'ignore' });
  const path = spool({ pid: writer.pid, payload: '{"a":', age: 0 });
  const look = (): number[] => [readSpool(home).events.length, readSpool(home).waiting];
  assert.deepEqual(look(), [0, 1]);
  writer.kill('SIGKILL');
  await new Promise((resolve) => writer.once('exit', resolve));
  assert.deepEqual(look(), [0, 1], 'its cat may still write');
  utimesSync(path, Date.now() / 1000 - 5, Date.now() / 1000 - 5);
  const { events, problems } = readSpool(home);
  assert.deepEqual([events[0]?.truncated, events[0]?.payload, problems[0]?.code], [true, '{"a":', 'truncated']);
});

test('a file whose time is a moment ahead of the clock is as fresh as one a moment old', () => {
  spool({ payload: '{"half":', age: -0.5 });
  const { events, problems, waiting } = readSpool(home);
  assert.deepEqual([events.length, problems.length, waiting], [0, 0, 1]);
});

test('a pid that came back does not keep a file waiting', () => {
  const path = spool({ pid: process.pid, payload: '{"a":' });
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  assert.equal(readSpool(home).events[0]?.truncated, true);
});

test('only a whole JSON object is complete', () => {
  const payloads = ['', ' ', 'x', '1', '"a"', 'null', '[1]', '{"a":1}x', '{"a":"\u0000"}', '{"a":1', '}'];
  payloads.forEach((payload, i) => spool({ name: `kiro-${DEAD}.${i}`, payload }));
  assert.deepEqual(readSpool(home).events.map((event) => event.truncated), payloads.map(() => true));
  for (const name of readdirSync(home.spool)) rmSync(join(home.spool, name));
  spool({ payload: ' {"a":1}\r\n' });
  assert.equal(readSpool(home).events[0]?.truncated, false);
});

test('invalid UTF-8 becomes U+FFFD', () => {
  spool({ payload: Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xc3, ...Buffer.from('"}')]) });
  assert.equal(readSpool(home).events[0]?.payload, '{"a":"\ufffd\ufffd"}');
});

test('poisoned files are set aside with their reason and stop nobody', () => {
  spool({ name: 'kiro-9999901' });
  mkdirSync(join(home.spool, 'kiro-9999902', 'x'), { recursive: true });
  symlinkSync('/etc/passwd', join(home.spool, 'kiro-9999903'));
  symlinkSync('/nonexistent', join(home.spool, 'kiro-9999904'));
  assert.equal(spawnSync('mkfifo', [join(home.spool, 'kiro-9999905')]).status, 0);
  put('kiro-9999906', 'no header at all {"a":1}');
  put('kiro-9999907', '');
  put('kiro-9999908', 'spoor-hook 1\0kiro\0');
  put('notes.txt', 'what is this');
  put('kiro-0', 'spoor-hook 1\0');
  put('kiro-9999910', 'spoor-hook 1\0../x\x0010\0\0\0{}');
  put('kiro-9999911', 'spoor-hook 1\0kiro\0x\0\0\0{}');
  put('kiro-9999912', '\0\0\0\0');
  put('kiro-9999913', 'spoor-hook 1\0kiro\0' + 'x'.repeat(5_000_000));
  spool({ name: 'kiro-9999999' });
  const { events, problems, waiting } = readSpool(home);
  assert.deepEqual(events.map((event) => event.path.replace(/.*\//, '')).sort(), ['kiro-9999901', 'kiro-9999999']);
  assert.equal(waiting, 0);
  assert.deepEqual(new Set(problems.map((problem) => problem.code)), new Set(['set-aside']));
  assert.equal(problems.length, 13);
  assert.equal(listSetAside(home).length, 13);
  for (const name of listSetAside(home)) assert.match(readFileSync(join(home.spool, 'set-aside', `${name}.reason`), 'utf8'), /^20\S+Z [a-z].*\n$/);
  assert.deepEqual([readSpool(home).problems, readSpool(home).events.length], [[], 2]);
  assert.equal(spoolStatus(home).setAside, 13);
  assert.equal(statSync(join(home.spool, 'set-aside')).mode & 0o777, 0o700);
});

test('a header that is still being written waits', () => {
  put(`kiro-${process.pid}`, 'spoor-hook 1\0kiro\0', 0);
  put(`kiro-${process.pid}.1`, '', 0);
  put(`kiro-${process.pid}.2`, 'spoor-h', 0);
  const { events, problems, waiting } = readSpool(home);
  assert.deepEqual([events, problems, waiting], [[], [], 3]);
});

test('what a newer version wrote is left to it; dot files are nobody\'s', () => {
  put('kiro-1', 'spoor-hook 2\0something else');
  put('.nfs0001', 'x');
  const { events, problems, newer } = readSpool(home);
  assert.deepEqual([events, problems, newer], [[], [], 1]);
  assert.equal(readdirSync(home.spool).length, 2);
});

test('too large a payload is set aside unread', () => {
  const path = spool({ name: 'kiro-1' });
  truncateSync(path, MAX_PAYLOAD_BYTES + 5_000_000);
  const { events, problems } = readSpool(home);
  assert.deepEqual([events, problems.length], [[], 1]);
  assert.match(problems[0]?.detail ?? '', /larger than 64 MB/);
});

test('an unreadable file is set aside', () => {
  chmodSync(spool({ name: 'kiro-1' }), 0);
  const { events, problems } = readSpool(home);
  // Root reads everything.
  assert.equal(events.length + problems.length, 1);
});

test('names that are taken in set-aside, and a set-aside that is a file', () => {
  for (let i = 0; i < 3; i++) {
    put('junk', `${i}`);
    readSpool(home);
  }
  assert.deepEqual(listSetAside(home), ['junk', 'junk.1', 'junk.2']);
  rmSync(join(home.spool, 'set-aside'), { recursive: true });
  writeFileSync(join(home.spool, 'set-aside'), '');
  put('junk', 'x');
  spool({ name: 'kiro-1' });
  const { events, problems } = readSpool(home);
  assert.deepEqual([events.length, problems.map((problem) => problem.code)], [1, ['not-set-aside']]);
});

test('what was set aside goes after seven days, a link without what it points to', () => {
  const outside = join(home.root, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), '');
  symlinkSync(outside, join(home.spool, 'kiro-1'));
  put('junk', 'x');
  mkdirSync(join(home.spool, 'folder', 'in'), { recursive: true });
  readSpool(home);
  const day = 24 * 3600 * 1000;
  assert.equal(expireSetAside(home, Date.now() + 6.9 * day), 0);
  assert.equal(listSetAside(home).length, 3);
  assert.equal(expireSetAside(home, Date.now() + 7.1 * day), 3);
  assert.deepEqual(readdirSync(join(home.spool, 'set-aside')), []);
  assert.ok(existsSync(join(outside, 'kept')));
});

test('a batch ends, and the rest follows', () => {
  for (let i = 1; i <= 700; i++) spool({ name: `kiro-${i}` });
  const first = readSpool(home);
  assert.deepEqual([first.events.length, first.more], [500, true]);
  assert.deepEqual(removeEvents(first.events.map((event) => event.path)), []);
  const second = readSpool(home);
  assert.deepEqual([second.events.length, second.more], [200, false]);
});

test('removing what is gone is fine; what cannot be removed is told', () => {
  const path = spool();
  assert.deepEqual(removeEvents([path, path]), []);
  renameSync(home.hooks, join(home.spool, 'kiro-1'));
  assert.deepEqual(removeEvents([join(home.spool, 'kiro-1')]).map((problem) => problem.code), ['spool-not-removed']);
});

test('the status counts', () => {
  assert.deepEqual(spoolStatus(home), { count: 0, bytes: 0, setAside: 0 });
  const path = spool({ name: 'kiro-1', age: 100 });
  spool({ name: 'kiro-2' });
  const { count, bytes, oldestMillis, setAside } = spoolStatus(home);
  assert.deepEqual([count, bytes, setAside], [2, 2 * statSync(path).size, 0]);
  assert.equal(Math.floor((oldestMillis ?? 0) / 1000), Math.floor(statSync(path).mtimeMs / 1000));
});
