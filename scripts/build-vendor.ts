/**
 * Packages that become a part of the build: one file with what is used of them, their licences beside it. A user installs a few kilobytes in place of
 * hundreds of files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');

/** What is used of each. They stand in devDependencies, and in docs/dependencies.md. */
export const VENDORED: Readonly<Record<string, readonly string[]>> = { hono: ['Hono'], '@hono/node-server': ['getRequestListener'] };

const FILE = 'vendor/hono.js';
const LICENCES = 'vendor/hono-licenses.txt';
/** The built files that import them. */
const IMPORTERS = ['server/app.js', 'server/create-server.js'];

/** Puts the file into a fresh `dist/` and has its importers import that. Throws where the bundler fails, or an import was missed. */
export async function addVendored(dist: string): Promise<void> {
  const names = Object.keys(VENDORED);
  const entry = 'spoor:vendor';
  const bundle = await rolldown({
    input: entry,
    cwd: root,
    platform: 'node',
    logLevel: 'warn',
    plugins: [{
      name: 'entry',
      resolveId: (id: string) => (id === entry ? join(root, 'vendor-entry.js') : null),
      load: (id: string) => (id === join(root, 'vendor-entry.js') ? names.map((name) => `export { ${VENDORED[name]?.join(', ')} } from '${name}';\n`).join('') : null),
    }],
  });
  mkdirSync(dirname(join(dist, FILE)), { recursive: true });
  await bundle.write({ file: join(dist, FILE), format: 'esm', minify: false });
  await bundle.close();
  writeFileSync(join(dist, LICENCES), names.map(toLicence).join('\n'));
  for (const path of IMPORTERS) redirect(dist, path);
}

function toLicence(name: string): string {
  const folder = join(root, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}`;
}

function redirect(dist: string, path: string): void {
  const text = readFileSync(join(dist, path), 'utf8');
  const to = relative(dirname(path), FILE).replaceAll('\\', '/');
  const redirected = text.replace(/ from '([^'.][^']*)';/g, (whole, name: string) => (Object.hasOwn(VENDORED, name) ? ` from '${to}';` : whole));
  if (redirected === text) throw new Error(`dist/${path} imports none of ${Object.keys(VENDORED).join(', ')}: mend IMPORTERS in scripts/build-vendor.ts.`);
  writeFileSync(join(dist, path), redirected);
}
