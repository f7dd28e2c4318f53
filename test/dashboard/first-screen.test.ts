/** How much script the first screen needs: what the page asks for at once, and what the overview is made of. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const FOLDER = join(import.meta.dirname, '..', '..', 'dist', 'dashboard');
/** On a slow line of 1 MB/s a third of a second. */
const MOST_BYTES = 350_000;

/** A script and all that it imports before it runs. */
function addImports(path: string, found: Set<string>): void {
  if (found.has(path)) return;
  found.add(path);
  const text = readFileSync(join(FOLDER, path), 'utf8');
  for (const [, name = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*["'`](\.[^"'`]+\.js)["'`]/g)) addImports(join(dirname(path), name), found);
}

test('the scripts of the first screen are at most 350 kB with gzip', (t) => {
  const found = new Set<string>();
  const html = readFileSync(join(FOLDER, 'index.html'), 'utf8');
  for (const [, path = ''] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) addImports(path, found);
  const pages = readdirSync(join(FOLDER, 'assets')).filter((name) => /^overview-page-[\w-]+\.js$/.test(name));
  assert.equal(pages.length, 1);
  addImports(join('assets', pages[0] ?? ''), found);
  const bytes = [...found].reduce((sum, path) => sum + gzipSync(readFileSync(join(FOLDER, path))).byteLength, 0);
  t.diagnostic(`${found.size} scripts, ${(bytes / 1000).toFixed(1)} kB`);
  assert.ok(found.size > 5, 'imports are followed');
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
});
