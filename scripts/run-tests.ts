/** `npm test [file…]`: runs the suite from the TypeScript sources with node:test. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync('test/**/*.test.ts').filter((file) => !file.startsWith('test/real/') && !file.startsWith('test/live/')).sort();
console.log(`node ${process.version}`);
const result = spawnSync(process.execPath, ['--conditions=spoor-source', '--test', ...files], { stdio: 'inherit' });
process.exit(result.status ?? 1);
