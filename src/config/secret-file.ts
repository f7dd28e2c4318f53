/** Keys that a person typed: each in a 0600 file of its own below SPOOR_HOME, which config.yaml names. */
import { chmodSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { presets } from '../exporters/presets/index.ts';
import type { Home } from './home.ts';
import { makeFolder } from './make-folder.ts';
import { replaceFile } from './replace-file.ts';

/** Writes it; gives the reference for config.yaml. Throws on a disk that refuses. */
export function saveSecret(home: Home, destination: string, { key, secret }: { key: string; secret: string }): string {
  makeFolder(home.secrets);
  chmodSync(home.secrets, 0o700);
  replaceFile(pathOf(home, destination, key), `${secret}\n`, { mode: 0o600 });
  return toSecretReference(home, destination, key);
}

/** How config.yaml names a key that `saveSecret` writes. */
export function toSecretReference(home: Home, destination: string, key: string): string {
  return `file:${pathOf(home, destination, key)}`;
}

/** Takes away those of a destination that stand where `saveSecret` puts them; files of the user stay. */
export function removeSecrets(home: Home, destination: string, references: readonly string[]): void {
  for (const reference of references) {
    const path = reference.slice('file:'.length);
    const isOwn = reference.startsWith('file:') && dirname(path) === home.secrets && path.startsWith(join(home.secrets, `${destination}.`)) && path.endsWith('.secret');
    if (isOwn) rmSync(path, { force: true });
  }
}

/** The same for a destination of which only the name is known: all that may have been typed for it. */
export function removeTypedSecrets(home: Home, destination: string): void {
  for (const { needs } of presets) for (const { key } of needs) rmSync(pathOf(home, destination, key), { force: true });
}

/** The name of a destination holds letters, digits, dots and dashes. */
function pathOf(home: Home, destination: string, key: string): string {
  return join(home.secrets, `${destination}.${key}.secret`);
}
