/** The commands of docs/backends: each is run as it stands there, and gives a destination that has all it needs. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import { findReferencedVariables, resolveDestination } from '#spoor/config/resolve-destination.ts';
import { presets } from '#spoor/exporters/presets/index.ts';
import { HOOK_VARIABLES } from '#spoor/hook/variables.ts';
import { createCliWorld } from '../support/cli-context.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const BACKENDS = join(DOCS, 'backends');

function commandsOf(page: string): string[] {
  const text = readFileSync(join(BACKENDS, page), 'utf8');
  return [...text.matchAll(/^ *(spoor destination add .*)$/gm)].map(([, line = '']) => line.replace(/ {2,}.*$/, ''));
}

/** As a shell divides it: the pages quote with `"` alone. */
function toWords(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(1);
}

for (const page of readdirSync(BACKENDS)) {
  for (const command of commandsOf(page)) {
    test(`${page}: ${command}`, async (t) => {
      const world = createCliWorld(t);
      mkdirSync(world.root, { recursive: true });
      const { code, err } = await world.run(...toWords(command), '--yes');
      assert.equal(code, 0, err);
      const { value, problems } = loadConfig(world.context.home, world.context.environment);
      assert.deepEqual(problems, []);
      const [setting = assert.fail()] = value.destinations;
      // A name that is a preset's means that backend.
      const [, , , name] = command.split(' ');
      if (presets.some(({ id }) => id === name)) assert.equal(setting.preset, name);
      // With every variable set that it names, nothing is missing.
      const env = Object.fromEntries(findReferencedVariables([setting]).map((name) => [name, 'x']));
      assert.deepEqual(resolveDestination(setting, { env, platform: 'linux' }).problems, []);
    });
  }
}

test('every backend with an address of its own has a page, and the table names every preset', () => {
  const pages = readdirSync(BACKENDS).map((name) => name.replace(/\.md$/, ''));
  const table = readFileSync(join(DOCS, 'destinations.md'), 'utf8');
  for (const { id } of presets) {
    assert.ok(table.includes(`\`${id}\``), `docs/destinations.md: ${id}`);
    // It is a protocol.
    if (id !== 'otlp') assert.ok(pages.includes(id), `docs/backends/${id}.md`);
  }
});

test('every variable of Arize and Phoenix that a hook hands on stands in the table for those who move over', () => {
  const text = readFileSync(join(DOCS, 'moving-from-arize.md'), 'utf8');
  for (const name of HOOK_VARIABLES.filter((one) => /^(?:ARIZE|PHOENIX)_/.test(one))) assert.ok(text.includes(`\`${name}\``), name);
});
