/**
 * Destinations that shells describe. Their addresses and headers are secrets of that shell: each stands in a 0600 file of its own, named
 * by the destination's hash, and goes when nothing waits for it any more. Never in the database, a log or another one's request.
 */
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Destination } from '../exporters/exporter.ts';
import type { Home } from './home.ts';
import { makeFolder } from './make-folder.ts';
import { isFromEnvironment } from './otlp-environment.ts';
import { replaceFile } from './replace-file.ts';

/** `env:` and a hash, in the file's name with a dash: colons are no part of file names everywhere. */
const FILE = /^env-([0-9a-f]{16})\.json$/;
const NAME = /^env:([0-9a-f]{16})$/;

/** Writes it unless it is there already. Throws on a disk that refuses. */
export function saveShellDestination(home: Home, destination: Destination): void {
  const path = pathOf(home, destination.name);
  const text = JSON.stringify(destination);
  if (path === undefined || readText(path) === text) return;
  makeFolder(home.secrets);
  chmodSync(home.secrets, 0o700);
  replaceFile(path, text, { mode: 0o600 });
}

/** The destination of this name; undefined when its file is gone or is not ours. */
export function loadShellDestination(home: Home, name: string): Destination | undefined {
  const path = pathOf(home, name);
  const text = path === undefined ? undefined : readText(path);
  try {
    const value = text === undefined ? undefined : (JSON.parse(text) as Destination);
    return value?.name === name && isFromEnvironment(name) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Names of all that are kept. */
export function listShellDestinations(home: Home): string[] {
  try {
    return readdirSync(home.secrets).flatMap((file) => (FILE.exec(file)?.[1] ? [`env:${FILE.exec(file)?.[1]}`] : [])).sort();
  } catch {
    return [];
  }
}

/** Takes its file away. One that is not there is fine. */
export function removeShellDestination(home: Home, name: string): void {
  const path = pathOf(home, name);
  if (path !== undefined) rmSync(path, { force: true });
}

function pathOf(home: Home, name: string): string | undefined {
  const hash = NAME.exec(name)?.[1];
  return hash === undefined ? undefined : join(home.secrets, `env-${hash}.json`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
