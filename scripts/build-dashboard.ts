/** The dashboard's part of the build: `dashboard/` → the given folder, each text with its compressed twin beside it (gzip: plain HTTP is offered nothing better). */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { noticesPlugin } from './bundled-licences.ts';

const root = join(import.meta.dirname, '..');

/** Below it a compressed answer saves nothing. */
const WORTH_COMPRESSING_BYTES = 1024;

/** Every file that goes in. */
export function dashboardInputs(): string[] {
  return globSync('dashboard/**/*', { cwd: root, exclude: (path) => path.includes('node_modules') }).concat(globSync('src/query/api/*.ts', { cwd: root }), 'scripts/build-dashboard.ts', 'scripts/bundled-licences.ts');
}

/** The page of a shared session → `share.js`, `share.css` and the notices of what is in them in the given folder. Throws where the build fails. */
export async function buildShare(folder: string): Promise<void> {
  await build({ root: join(root, 'dashboard'), configFile: join(root, 'dashboard', 'share.config.ts'), logLevel: 'warn', plugins: [noticesPlugin()], build: { outDir: folder, emptyOutDir: true } });
}

/** Throws where the build fails. */
export async function buildDashboard(folder: string): Promise<void> {
  await build({ root: join(root, 'dashboard'), configFile: join(root, 'dashboard', 'vite.config.ts'), logLevel: 'warn', plugins: [noticesPlugin()], build: { outDir: folder, emptyOutDir: true } });
  for (const path of globSync('**/*.{js,css,html,svg,txt}', { cwd: folder })) {
    const bytes = readFileSync(join(folder, path));
    if (bytes.length < WORTH_COMPRESSING_BYTES) continue;
    writeFileSync(join(folder, `${path}.gz`), gzipSync(bytes, { level: 9 }));
  }
}
