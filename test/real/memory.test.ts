/**
 * Files of a hundred megabytes and a folder of a hundred thousand files, read by the real command: how much memory it takes at most.
 * Not part of `npm test`: it writes gigabytes.
 */
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';

const MEBIBYTE = 1 << 20;
const HUGE_BYTES = 100 * MEBIBYTE;
/** Just what is still read. */
const LARGE_BYTES = 60 * MEBIBYTE;
/** Far below what a laptop has to spare; measured were 75 to 140 MB where the file is refused, 430 MB where it is taken. */
const MOST_MEBIBYTES = 700;

const PROMPT_HEAD = '{"version":"v1","kind":"Prompt","data":{"message_id":"p1","content":[{"kind":"text","data":"';
const PROMPT_TAIL = '"}],"meta":{"timestamp":1778051289}}}\n';
const AFTER = `${PROMPT_HEAD.replace('p1', 'p2')}after${PROMPT_TAIL}`;

interface Ground {
  root: string;
  env: Record<string, string>;
  /** Runs a command; gives the most memory that its process held (MiB). */
  measure(...words: string[]): Promise<number>;
}

function openGround(t: TestContext): Ground {
  const root = mkdtempSync(join(tmpdir(), 'spoor-memory-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const file = join(root, 'peak');
  const watcher = join(root, 'watcher.mjs');
  writeFileSync(watcher, `process.on('exit', () => process.getBuiltinModule('fs').writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`);
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: join(root, '.spoor') };
  const measure: Ground['measure'] = async (...words) => {
    const { code, err } = await spawnSpoor(words, { env: { ...env, NODE_OPTIONS: `--import=${watcher}` } });
    assert.equal(code, 0, `${words.join(' ')}: ${err}`);
    const peak = Math.round(Number(readFileSync(file, 'utf8')) / 1024);
    t.diagnostic(`spoor ${words.join(' ')}: ${peak} MiB`);
    return peak;
  };
  return { root, env, measure };
}

/** A file of a head, so many letters, and a tail. */
function writeLong(path: string, { head, bytes, tail }: { head: string; bytes: number; tail: string }): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  writeSync(file, head);
  const letters = Buffer.alloc(MEBIBYTE, 'x');
  for (let left = bytes; left > 0; left -= letters.length) writeSync(file, letters);
  writeSync(file, tail);
  closeSync(file);
}

const CLI = '.kiro/sessions/cli';
const V3 = '.kiro/sessions/0123456789abcdef/sess_1';

const HUGE: Record<string, (root: string, bytes: number) => void> = {
  'a line of V2': (root, bytes) => writeLong(join(root, CLI, 's.jsonl'), { head: PROMPT_HEAD, bytes, tail: PROMPT_TAIL + AFTER }),
  'a sidecar of V2': (root, bytes) => {
    writeLong(join(root, CLI, 's.jsonl'), { head: AFTER, bytes: 0, tail: '' });
    writeLong(join(root, CLI, 's.json'), { head: '{"session_id":"s","title":"', bytes, tail: '"}' });
  },
  'a line and a session file of V3': (root, bytes) => {
    writeLong(join(root, V3, 'messages.jsonl'), { head: '{"id":"1","payload":{"type":"user","content":"', bytes, tail: '"}}\n{"id":"2","payload":{"type":"user","content":"after"}}\n' });
    writeLong(join(root, V3, 'session.json'), { head: '{"title":"', bytes, tail: '"}' });
  },
};

for (const [name, write] of Object.entries(HUGE)) {
  for (const bytes of [HUGE_BYTES, LARGE_BYTES]) {
    test(`${name} of ${bytes / MEBIBYTE} MiB: import, list and show take a bounded memory`, async (t) => {
      const { root, measure } = openGround(t);
      write(root, bytes);
      for (const words of [['import', 'kiro'], ['sessions'], ['show']]) assert.ok((await measure(...words)) < MOST_MEBIBYTES, words.join(' '));
    });
  }
}

for (const bytes of [HUGE_BYTES, LARGE_BYTES]) {
  test(`an event of ${bytes / MEBIBYTE} MiB: collecting takes a bounded memory`, async (t) => {
    const { root, env, measure } = openGround(t);
    const home = homeAt(env.SPOOR_HOME ?? '');
    createHome(home);
    const head = ['spoor-hook 1', 'kiro', '4999999', '', `HOME=${root}`, '', '{"hook_event_name":"userPromptSubmit","session_id":"s","prompt":"'].join('\0');
    writeLong(join(home.spool, 'kiro-4999999'), { head, bytes, tail: '"}' });
    assert.ok((await measure('collect', '--once')) < MOST_MEBIBYTES);
  });
}

const CLAUDE = '.claude/projects/-p/11111111-2222-4333-8444-555555555555.jsonl';
const record = (values: object): string => `${JSON.stringify({ cwd: '/p', version: '2.1.300', timestamp: '2026-01-01T00:00:00.000Z', ...values })}\n`;
const ask = (id: string, prompt: string): string => record({ type: 'user', uuid: id, message: { role: 'user', content: prompt } });

/** A call and its result, twice as Claude Code has it: half of the bytes each. */
function callOf(n: number, bytes: number): [head: string, tail: string] {
  const message = { id: `m${n}`, model: 'm', role: 'assistant', content: [{ type: 'tool_use', id: `t${n}`, name: 'Bash', input: { command: 'x' } }], usage: { input_tokens: 1, output_tokens: 1 } };
  const output = `${n} ${'a line of output\n'.repeat(bytes / 34)}`;
  const result = record({ type: 'user', uuid: `r${n}`, message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${n}`, content: output }] }, toolUseResult: { stdout: output } });
  return [record({ type: 'assistant', uuid: `a${n}`, message }), result];
}

const GIGABYTE = 1000 * MEBIBYTE;
const LARGE_CLAUDE: Record<string, (write: (text: string) => void) => void> = {
  'a file of 1000 MiB': (write) => {
    for (let n = 0, bytes = 0; bytes < GIGABYTE; n++) {
      const texts = [n % 50 === 0 ? ask(`p${n}`, 'go on') : '', ...callOf(n, 50_000)];
      for (const text of texts) write(text);
      bytes += texts.reduce((sum, { length }) => sum + length, 0);
    }
  },
  'a line of 50 MiB': (write) => {
    for (const text of [ask('p1', 'go on'), ...callOf(1, 50 * MEBIBYTE), ask('p2', 'and then')]) write(text);
  },
};

for (const [name, lay] of Object.entries(LARGE_CLAUDE)) {
  test(`${name} of Claude Code: imported wholly, in a bounded memory`, async (t) => {
    const { root, env, measure } = openGround(t);
    const path = join(root, CLAUDE);
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'w');
    lay((text) => writeSync(file, text));
    closeSync(file);
    for (const words of [['import', 'claude-code'], ['import', 'claude-code'], ['sessions']]) assert.ok((await measure(...words)) < MOST_MEBIBYTES, words.join(' '));
    const store = openStore(homeAt(env.SPOOR_HOME ?? '').database);
    t.after(() => store.close());
    const [session] = store.listSessions({});
    assert.ok(session && !store.isTextPending('claude-code', session.sessionId));
    const { count } = store.database.sql("SELECT count(*) AS count FROM span_content WHERE kind = 'toolResult'").get() ?? {};
    assert.equal(count, session.toolCalls);
  });
}

const FILES = 100_000;
/** Of so many files one is a session: reading one costs two commits to the disk. */
const SESSION_EACH = 50;

test(`${FILES} tiny files: import and list take a bounded memory`, async (t) => {
  const { root, measure } = openGround(t);
  const folder = join(root, CLI);
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < FILES; n++) writeFileSync(join(folder, `t-${n}.${n % SESSION_EACH === 0 ? 'jsonl' : 'history'}`), n % 2 === 0 ? AFTER.replace('p2', `p${n}`) : 'x');
  for (const words of [['import', 'kiro'], ['sessions']]) assert.ok((await measure(...words)) < MOST_MEBIBYTES, words.join(' '));
});
