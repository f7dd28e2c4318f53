/**
 * `npm run build`: src/ → dist/, JavaScript and the other files that stand beside it. Says nothing unless something is wrong;
 * does nothing when nothing changed. `--force` builds anyway.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard, buildShare, dashboardInputs } from './build-dashboard.ts';
import { addVendored } from './build-vendor.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const cache = join(root, 'node_modules', '.cache', 'spoor');
const stampFile = join(cache, 'build-stamp');

const stamp = toStamp();
const isFresh = existsSync(join(dist, 'core', 'version.js')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
if (!isFresh || process.argv.includes('--force')) process.exitCode = await build(stamp);

/** Every file that goes in, with its time and size: what is added, changed or gone changes it. */
function toStamp(): string {
  return toStampOf([...globSync('src/**/*', { cwd: root }), ...dashboardInputs(), 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'scripts/build.ts', 'scripts/build-vendor.ts']);
}

function toStampOf(inputs: string[]): string {
  return [...new Set(inputs)]
    .sort()
    .map((path) => ({ path, stat: statSync(join(root, path)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ path, stat }) => `${path} ${stat.mtimeMs} ${stat.size}\n`)
    .join('');
}

/** Builds beside the old one and then takes its place, so that a program that runs meanwhile finds whole files. */
async function build(newStamp: string): Promise<number> {
  const fresh = join(cache, `dist-${process.pid}`);
  mkdirSync(cache, { recursive: true });
  const tsc = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--outDir', fresh], { cwd: root, encoding: 'utf8' });
  if (tsc.error || !existsSync(fresh)) {
    console.error(`The build failed: ${tsc.error?.message ?? tsc.stdout + tsc.stderr}`);
    return 1;
  }
  for (const path of globSync('src/**/*', { cwd: root }).filter(isAsset)) cpSync(join(root, path), join(fresh, path.slice('src/'.length)), { recursive: false });
  await addDashboard(fresh);
  await addVendored(fresh);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
  if (tsc.status === 0) {
    writeFileSync(stampFile, newStamp);
    return 0;
  }
  // What does not depend on the wrong types may still be tried out.
  rmSync(stampFile, { force: true });
  console.error(`dist/ is built, but types are wrong:\n${tsc.stdout}${tsc.stderr}`);
  return 1;
}

/** Built anew only when something of it changed. */
async function addDashboard(fresh: string): Promise<void> {
  const built = join(cache, 'dashboard');
  const share = join(cache, 'share');
  const dashboardStamp = toStampOf(dashboardInputs());
  const file = join(cache, 'dashboard-stamp');
  if (!existsSync(built) || !existsSync(share) || !existsSync(file) || readFileSync(file, 'utf8') !== dashboardStamp) {
    await buildDashboard(built);
    await buildShare(share);
    writeFileSync(file, dashboardStamp);
  }
  cpSync(built, join(fresh, 'dashboard'), { recursive: true });
  cpSync(share, join(fresh, 'share'), { recursive: true });
}

/** A file of src/ that is no TypeScript: schemas, queries, scripts. */
function isAsset(path: string): boolean {
  return !path.endsWith('.ts') && statSync(join(root, path)).isFile();
}
