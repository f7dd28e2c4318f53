/**
 * `npm run bench [name[:size]…]`: the figures that must not get worse, each beside what bounds it. Every file of this folder that
 * exports `bench` is one of them and prints its own lines.
 */
import { globSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { basename, join } from 'node:path';

interface BenchFile {
  /** `size`: what stood behind the name, if anything: how much there is to be done, in the bench's own unit. */
  bench?: (size?: number) => void | Promise<void>;
}

const sizes = new Map(process.argv.slice(2).map((word) => [word.split(':')[0] ?? '', word.split(':')[1]] as const));
const asked = [...sizes.keys()];
const names = globSync('*.ts', { cwd: import.meta.dirname }).map((file) => basename(file, '.ts')).filter((name) => name !== 'main').sort();
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown.join('", "')}". There are: ${names.join(', ')}.`);
  process.exit(2);
}
console.log(`node ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${(loadavg()[0] ?? 0).toFixed(1)}`);
for (const name of names.filter((one) => asked.length === 0 || asked.includes(one))) {
  const { bench } = (await import(join(import.meta.dirname, `${name}.ts`))) as BenchFile;
  if (!bench) continue;
  console.log('');
  const size = sizes.get(name);
  await bench(size === undefined ? undefined : Number(size));
}
