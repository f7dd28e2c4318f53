/**
 * The agents that `test/live/` runs for real: installed once below the cache folder, by the lock file in `test/live/programs/`, without any
 * install script. `node scripts/live-agents.ts` installs them and says where.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, installOnce, runProgram, say } from './backends/installing.ts';
import { withoutOwnPrograms } from './pack/node-release.ts';

const SOURCE = join(import.meta.dirname, '..', 'test', 'live', 'programs');
const HINT = 'npm comes with Node.js.';

interface Manifest {
  /** Packages whose dependencies are not all to be had, and that run without them. */
  unpacked: Record<string, { version: string; integrity: string }>;
}

/** Where the agents' packages stand, or will. Another manifest or lock file is another folder. */
export function findLiveAgents(): string {
  const hash = createHash('sha256');
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(SOURCE, name)));
  return cacheFolder(`live-agents-${hash.digest('hex').slice(0, 8)}`);
}

/** Installs them (1.6 GB, about 25 s beside a near registry; the second time nothing) and gives their folder. Throws one sentence when npm cannot. */
export async function installLiveAgents(): Promise<string> {
  const folder = findLiveAgents();
  await installOnce(folder, async () => {
    say(`installing the agents of test/live into ${folder} (1.6 GB)`);
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(SOURCE, name), join(folder, name));
    const env = { ...process.env, PATH: withoutOwnPrograms(process.env.PATH ?? '') };
    // Not `npm ci`: that refuses a lock file without the binaries of platforms that a registry does not hold. What stands in it counts here too.
    await runProgram('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { hint: HINT, cwd: folder, env });
    const { unpacked } = JSON.parse(readFileSync(join(SOURCE, 'package.json'), 'utf8')) as Manifest;
    for (const [name, { version, integrity }] of Object.entries(unpacked)) await unpack(folder, { name, version, integrity, env });
    say('the agents are installed');
  });
  return folder;
}

async function unpack(folder: string, { name, version, integrity, env }: { name: string; version: string; integrity: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  await runProgram('npm', ['pack', `${name}@${version}`, '--silent'], { hint: HINT, cwd: folder, env });
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${name}@${version} is not the package that was pinned: ${found} instead of ${integrity}.`);
  const target = join(folder, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  await runProgram('tar', ['-xzf', tarball, '--strip-components=1', '-C', target], { hint: 'tar comes with the system.' });
  rmSync(tarball);
  if (!existsSync(join(target, 'package.json'))) throw new Error(`${name}@${version} was not unpacked into ${target}.`);
}

if (import.meta.main) console.log(await installLiveAgents());
