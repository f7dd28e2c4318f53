/** Every command of the skill is run, in an empty home, against a receiver on loopback. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { presets } from '#spoor/exporters/presets/index.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';
import { readCommands } from './documented-commands.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Not run as the others are, and why. */
const APART: readonly { pattern: RegExp; reason: string }[] = [
  { pattern: /^spoor show /, reason: 'run when there is a session whose id is known' },
  { pattern: /^spoor (?:uninstall|destination remove) /, reason: 'run at the end: takes away what the others need' },
  { pattern: /^spoor logs .*--follow/, reason: 'stays until it is ended' },
  { pattern: /^spoor destination add --from-arize/, reason: 'says with exit code 1 that there is nothing to take over; test/cli/from-arize.test.ts has a home with it' },
];

/** A home with the sessions of one agent, and a receiver for everything. */
async function openWorld(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'spoor-docs-'));
  t.after(() => removeFolder(home));
  cpSync(join(ROOT, 'samples/kiro/sessions/cli'), join(home, '.kiro/sessions/cli'), { recursive: true });
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, SPOOR_HOME: join(home, '.spoor'), AWS_EC2_METADATA_DISABLED: 'true' };
  const run = async (words: readonly string[]): Promise<string> => {
    const { code, out, err } = await spawnSpoor(words, { env, cwd: home });
    // 1: the doctor found what a fresh home lacks.
    assert.ok(code === 0 || (code === 1 && words[0] === 'doctor'), `spoor ${words.join(' ')}: ${code}\n${err}`);
    return out;
  };
  return { backend, run };
}

test('the skill: each command of its decision tree runs', async (t) => {
  const { backend, run } = await openWorld(t);
  const words = { ID: 'a-space', NAME: 'phoenix', AGENT: 'claude-code', U: 'ada', P: 'work' };
  // Each backend has an address of its own: one address is one Phoenix.
  const commands = readCommands('skills/spoor/SKILL.md', { url: backend.url, words }).map(({ shown, words: [...all] }) => ({
    shown,
    words: /^spoor destination add (?!phoenix)/.test(shown) ? all.map((word) => (word === backend.url ? backend.url.replace('/v1/', `/${all[2] ?? ''}/v1/`) : word)) : all,
  }));
  for (const { shown } of commands.filter(({ words: [verb] }) => verb === 'show')) assert.match(shown, /ID/);
  // In the order of the page, and each command once.
  for (const { words: one } of commands.filter(({ shown }) => !APART.some(({ pattern }) => pattern.test(shown)))) await run(one);
  const [session] = (JSON.parse(await run(['sessions', '--json'])) as { sessions: { sessionId: string }[] }).sessions;
  for (const { words: one } of commands.filter(({ words: [verb] }) => verb === 'show')) await run(one.map((word) => (word === words.ID ? (session?.sessionId ?? '') : word)));
  for (const { shown, words: one } of commands) if (/^spoor (uninstall|destination remove)/.test(shown)) await run(one);
});

test('the skill is one: its head names it as its folder does, and every preset stands in the pages', () => {
  const skill = readFileSync(join(ROOT, 'skills/spoor/SKILL.md'), 'utf8');
  assert.match(skill, /^---\nname: spoor\ndescription: .{40,1024}\n/);
  const index = readFileSync(join(ROOT, 'docs/backends/README.md'), 'utf8');
  for (const { id } of presets) if (id !== 'otlp') assert.ok(index.includes(`\`${id}\``), id);
});
