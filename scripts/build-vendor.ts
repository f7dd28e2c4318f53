/**
 * Packages that become a part of the build: one file with what is used of them, their licences beside it. A user installs a few kilobytes in place of
 * hundreds of files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { toBundledPackages, toNotices, type BundledPackage } from './bundled-licences.ts';

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
  const { output } = await bundle.write({ file: join(dist, FILE), format: 'esm', minify: false });
  await bundle.close();
  writeFileSync(join(dist, LICENCES), toNotices(checkPackages(toBundledPackages(Object.keys(output[0].modules)))));
  for (const path of IMPORTERS) redirect(dist, path);
}

/** Whatever came along stands in the list, and whatever stands there came along. */
function checkPackages(packages: BundledPackage[]): BundledPackage[] {
  // What the bundler writes in itself is nobody's choice.
  const bundled = packages.map(({ name }) => name).filter((name) => name !== 'rolldown');
  const wrong = [...bundled.filter((name) => !Object.hasOwn(VENDORED, name)), ...Object.keys(VENDORED).filter((name) => !bundled.includes(name))];
  if (wrong.length > 0) throw new Error(`VENDORED in scripts/build-vendor.ts and what dist/${FILE} holds part at ${wrong.join(', ')}.`);
  return packages;
}

function redirect(dist: string, path: string): void {
  const text = readFileSync(join(dist, path), 'utf8');
  const to = relative(dirname(path), FILE).replaceAll('\\', '/');
  const redirected = text.replace(/ from '([^'.][^']*)';/g, (whole, name: string) => (Object.hasOwn(VENDORED, name) ? ` from '${to}';` : whole));
  if (redirected === text) throw new Error(`dist/${path} imports none of ${Object.keys(VENDORED).join(', ')}: mend IMPORTERS in scripts/build-vendor.ts.`);
  writeFileSync(join(dist, path), redirected);
}
