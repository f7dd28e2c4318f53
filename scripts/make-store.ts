/**
 * `node --conditions=spoor-source scripts/make-store.ts [shape] [--seed N] [--scale X] [--now] [--out FOLDER]`: writes a generated store, as a
 * home that `SPOOR_HOME` can name. Without `--out` it is kept in the cache for benches and must only be read. `--now`: its work ends today.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateStore, openGeneratedHome, type StoreRequest } from '../bench/stores/generate-store.ts';
import { SHAPES, type ShapeName } from '../bench/stores/shapes.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string', default: '7' }, scale: { type: 'string', default: '1' }, now: { type: 'boolean' }, out: { type: 'string' } } });
const shape = positionals[0] ?? 'million';
const [seed, scale] = [Number(values.seed), Number(values.scale)];
if (!Object.hasOwn(SHAPES, shape) || !Number.isInteger(seed) || !(scale > 0)) {
  console.error(`There is no such store. Shapes: ${Object.keys(SHAPES).join(', ')}; --seed takes a whole number, --scale one above 0.`);
  process.exit(2);
}
const begun = performance.now();
let told = 0;
const request: StoreRequest = { shape: shape as ShapeName, seed, scale, onProgress: tellProgress };
if (values.now) request.untilMillis = Date.now();
console.log(values.out === undefined ? await openGeneratedHome(request) : await makeHome(resolve(values.out)));

async function makeHome(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await generateStore(join(folder, 'spoor.db'), request);
  return folder;
}

/** Every half second, and at the end. */
function tellProgress(written: number, total: number): void {
  const now = performance.now();
  if (now - told < 500 && written < total) return;
  told = now;
  process.stderr.write(`${written} of ${total} spans, ${Math.round(written / ((now - begun) / 1000))}/s\n`);
}
