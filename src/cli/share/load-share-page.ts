/** The page of a shared session, as the build left it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { SharePage } from './to-html.ts';

/** `packageRoot` holds `dist/`. Throws a `Failure` where it was not built. */
export function loadSharePage(packageRoot: string): SharePage {
  const folder = join(packageRoot, 'dist', 'share');
  try {
    return { script: readFileSync(join(folder, 'share.js'), 'utf8'), style: readFileSync(join(folder, 'share.css'), 'utf8'), notices: readFileSync(join(folder, 'licenses.txt'), 'utf8') };
  } catch (error) {
    throw new Failure(`The page for a shared session is not there: ${error instanceof Error ? error.message : String(error)}.`, 'Install spoor again, or in a checkout build it: npm run build');
  }
}
