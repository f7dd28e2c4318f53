/** Whoever gets the built package gets the notices that the licences of what was bundled ask for. */
import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { toBundledPackages, toNotices } from '../../scripts/bundled-licences.ts';
import { removeFolder } from '../support/remove-folder.ts';

const root = join(import.meta.dirname, '..', '..');
/** What every permissive licence says to those who pass it on. */
const LICENCE = /Permission is hereby granted|Permission to use, copy, modify|Apache License|Redistribution and use in source/;

/** Sections of a notices file: the packages of each, and its text. */
function readNotices(path: string): { packages: string[]; text: string }[] {
  const parts = readFileSync(join(root, path), 'utf8').split(/\n-{5,}\n\n/);
  return parts.map((text) => ({ packages: [...text.matchAll(/^(\S+) \d\S* \(.+\)$/gm)].map((match) => match[1] ?? ''), text }));
}

/** Packages that a folder's sources import by name, but for types. */
function importedNames(pattern: string): string[] {
  const texts = globSync(pattern, { cwd: root, exclude: (path) => path.includes('harness') }).map((path) => readFileSync(join(root, path), 'utf8'));
  const names = texts.flatMap((text) => [...text.matchAll(/^(?:import (?!type )[^;]*? from |import |@import )'((?:@[\w-]+\/)?[\w-]+)[^']*'/gm)].map((match) => match[1] ?? ''));
  return [...new Set(names)].sort();
}

for (const [file, pattern] of [
  ['dist/dashboard/licenses.txt', 'dashboard/src/**/*.{ts,tsx,css}'],
  ['dist/share/licenses.txt', 'dashboard/src/{share,waterfall,pages/session,viewers}/**/*.{ts,tsx,css}'],
] as const) {
  test(`${file} names what was bundled, each with its copyright and its licence`, () => {
    const sections = readNotices(file);
    const named = sections.flatMap(({ packages }) => packages);
    // The page of a shared session has no server to ask, no page to lead to, and only what it draws.
    const left = file.includes('share') ? ['@tanstack/react-query', '@tanstack/react-router'] : [];
    const imported = importedNames(pattern).filter((name) => !left.includes(name));
    assert.ok(imported.includes('react') && imported.length >= 5, imported.join());
    // A package that only hands on others' parts leaves nothing of itself.
    assert.deepEqual(imported.filter((name) => !named.includes(name) && name !== 'radix-ui'), []);
    assert.ok(['scheduler', 'tailwindcss', 'micromark'].every((name) => named.includes(name)), 'what came along as well');
    for (const { packages, text } of sections) {
      assert.match(text, LICENCE, packages.join());
      assert.match(text, /copyright/i, packages.join());
    }
    assert.deepEqual(left.filter((name) => named.includes(name)), []);
  });
}

test('what the server is bundled with has its notices', () => {
  const sections = readNotices('dist/vendor/hono-licenses.txt');
  assert.deepEqual(sections.flatMap(({ packages }) => packages).sort(), ['@hono/node-server', 'hono']);
  for (const { text } of sections) assert.match(text, LICENCE);
});

function layPackage(t: TestContext, manifest: object, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'licences-'));
  t.after(() => removeFolder(folder));
  const home = join(folder, 'node_modules', 'outer', 'node_modules', '@scope', 'inner');
  mkdirSync(home, { recursive: true });
  for (const [name, text] of Object.entries({ ...files, 'package.json': JSON.stringify({ name: '@scope/inner', version: '1.2.3', ...manifest }) })) writeFileSync(join(home, name), text);
  return join(home, 'dist', 'index.js');
}

test('a module is of the innermost package; its licence and its notice go along', (t) => {
  const id = layPackage(t, { license: 'Apache-2.0' }, { LICENSE: 'Apache License, of Ada\r\n', NOTICE: 'Made by Ada', 'README.md': 'no' });
  const packages = toBundledPackages([id, id, join(root, 'dashboard', 'src', 'main.tsx'), '\0plugin:own']);
  assert.deepEqual(packages, [{ name: '@scope/inner', version: '1.2.3', licence: 'Apache-2.0', notice: 'Apache License, of Ada\n\nMade by Ada' }]);
  assert.match(toNotices(packages), /^What .*\n\n@scope\/inner 1\.2\.3 \(Apache-2\.0\)\n\nApache License, of Ada\n\nMade by Ada\n$/);
});

test('the MIT licence stands there once, below all of its holders; one with another word stands by itself', (t) => {
  const mit = toBundledPackages([layPackage(t, { license: 'MIT', author: 'Ada' }, {})])[0];
  assert.ok(mit);
  const named = (name: string, notice: string): typeof mit => ({ ...mit, name, notice });
  const narrow = mit.notice.replace('MIT License', 'The MIT License (MIT)').replace('Ada', 'Bea').replaceAll('\n', '\n  ').replaceAll('"', '“');
  const text = toNotices([mit, named('same', mit.notice), named('narrow', narrow), named('other', `${mit.notice}\n\nAnd not on Sundays.`), named('nobody', mit.notice.replace('Copyright (c) Ada', ''))]);
  assert.equal(text.match(/Permission is hereby granted/g)?.length, 3);
  assert.match(text, /\n@scope\/inner 1\.2\.3 \(MIT\)\nsame 1\.2\.3 \(MIT\)\n\nCopyright \(c\) Ada\n\nnarrow 1\.2\.3 \(MIT\)\n\nCopyright \(c\) Bea\n\nPermission/);
  assert.match(text, /-{80}\n\nother 1\.2\.3 \(MIT\)\n\nMIT License[^]*And not on Sundays\./);
});

test('without a file: the MIT licence under the name of its holder, and no build for any other', (t) => {
  assert.match(toBundledPackages([layPackage(t, { license: 'MIT', author: 'Ada <ada@example.com>' }, {})])[0]?.notice ?? '', /^MIT License\n\nCopyright \(c\) Ada\n\nPermission is hereby granted/);
  assert.throws(() => toBundledPackages([layPackage(t, { license: 'BSD-3-Clause', author: 'Ada' }, {})]), /@scope\/inner 1\.2\.3 is bundled and has no licence/);
});
