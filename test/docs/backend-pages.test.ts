/** Every command of the pages about backends and of the skill is run, in an empty home, against a receiver on loopback. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { presets } from '#spoor/exporters/presets/index.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';
import { readCommands } from './documented-commands.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = join(ROOT, 'docs/backends');
/** Set by the pages themselves (`export …`), or by the one who reads them. */
const VARIABLES = ['ARIZE_API_KEY', 'GRAFANA_CLOUD_API_KEY', 'HONEYCOMB_API_KEY', 'DD_API_KEY', 'LANGFUSE_SECRET_KEY', 'PHOENIX_API_KEY'];

/** A home with the sessions of one agent, and a receiver for everything. */
async function openWorld(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'spoor-docs-'));
  t.after(() => removeFolder(home));
  cpSync(join(ROOT, 'samples/kiro'), join(home, '.kiro/sessions/cli'), { recursive: true });
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, SPOOR_HOME: join(home, '.spoor'), ...Object.fromEntries(VARIABLES.map((name) => [name, 'a-key'])) };
  const run = async (words: readonly string[]): Promise<string> => {
    const { code, out, err } = await spawnSpoor(words, { env, cwd: home });
    // 1: the doctor found what a fresh home lacks.
    assert.ok(code === 0 || (code === 1 && words[0] === 'doctor'), `spoor ${words.join(' ')}: ${code}\n${err}`);
    return out;
  };
  return { backend, run };
}

/** Pages whose backend is not to be had here stand in files of their own: AWS is tested by itself. */
const pages = readdirSync(PAGES).filter((name) => name !== 'README.md' && name !== 'xray.md' && name !== 'file.md');

for (const page of pages) {
  test(`docs/backends/${page}: each command does what it says`, async (t) => {
    const { backend, run } = await openWorld(t);
    await run(['import', 'kiro']);
    const [session] = (JSON.parse(await run(['sessions', '--json'])) as { sessions: { sessionId: string }[] }).sessions;
    const commands = readCommands(join('docs/backends', page), { url: backend.url, words: { ID: session?.sessionId ?? '', SPACE_ID: 'a-space' } });
    assert.ok(commands.length > 1);
    for (const { words } of commands) await run(words);
    assert.ok(backend.spans().length > 0);
    assert.deepEqual(backend.problems, []);
  });
}

test('the skill: each command of its decision tree runs', async (t) => {
  const { backend, run } = await openWorld(t);
  const words = { ID: 'a-space', NAME: 'phoenix', AGENT: 'claude-code', U: 'ada', P: 'work' };
  const commands = readCommands('skills/spoor/SKILL.md', { url: backend.url, words });
  for (const { shown } of commands.filter(({ words: [verb] }) => verb === 'show')) assert.match(shown, /ID/);
  const ordered = commands.filter(({ shown, words: [verb] }) => verb !== 'show' && !shown.includes('--follow') && !/^spoor (uninstall|destination (remove|add (?!phoenix)))/.test(shown));
  for (const { words: one } of ordered) await run(one);
  const [session] = (JSON.parse(await run(['sessions', '--json'])) as { sessions: { sessionId: string }[] }).sessions;
  for (const { words: one } of commands.filter(({ words: [verb] }) => verb === 'show')) await run(one.map((word) => (word === words.ID ? (session?.sessionId ?? '') : word)));
  for (const { shown, words: one } of commands) if (/^spoor (uninstall|destination remove)/.test(shown)) await run(one);
});

test('the skill is one: its head names it as its folder does, and every preset stands in the pages', () => {
  const skill = readFileSync(join(ROOT, 'skills/spoor/SKILL.md'), 'utf8');
  assert.match(skill, /^---\nname: spoor\ndescription: .{40,1024}\n/);
  const index = readFileSync(join(PAGES, 'README.md'), 'utf8');
  for (const { id } of presets) if (id !== 'otlp') assert.ok(index.includes(`\`${id}\``), id);
});
