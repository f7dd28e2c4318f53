/** The stand-in's files have the same keys as recorded ones, where SPOOR_RECORDINGS names a folder of recordings. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scenarios } from './scenarios/index.ts';
import { createStage, playVirtually } from './stage.ts';

const recordings = process.env.SPOOR_RECORDINGS;
const options = recordings ? {} : { skip: 'SPOOR_RECORDINGS names no folder of recordings' };

/** What stands below these is the tool's own. */
const FREE = new Set(['input', 'BuiltIn', 'Mcp', 'items', 'data']);

/** The paths of all keys, arrays and ids folded: `content[].data.toolUseId`. */
function keyPathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => keyPathsOf(one, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const here = `${path}.${key.startsWith('tooluse_') ? '<id>' : key}`;
    const isRecord = path === '' && key === 'data';
    const isCallBlock = key === 'data' && typeof below === 'object' && below !== null && 'toolUseId' in below;
    return FREE.has(key) && !isRecord && !isCallBlock ? [here] : [here, ...keyPathsOf(below, here)];
  });
}

function linePaths(files: string[]): Map<string, Set<string>> {
  const paths = new Map<string, Set<string>>();
  for (const line of files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean))) {
    const record = JSON.parse(line) as { kind: string };
    const known = paths.get(record.kind) ?? new Set();
    for (const path of keyPathsOf(record)) known.add(path);
    paths.set(record.kind, known);
  }
  return paths;
}

test('recorded lines and sidecars have no key that the stand-in lacks', options, async (context) => {
  const stage = createStage(context);
  for (const scenario of scenarios) await playVirtually(scenario, stage.home);
  const folder = join(recordings ?? '', 'kiro-cli-v2');
  const recorded = linePaths(globSync(`${folder}/**/*.jsonl`));
  const own = linePaths(globSync(`${stage.kiroHome}/sessions/cli/*.jsonl`));
  assert.ok(recorded.size >= 3);
  for (const [kind, paths] of recorded) assert.deepEqual([...paths].filter((path) => !own.get(kind)?.has(path)), [], kind);
  const sidecarPaths = (files: string[]): Set<string> => new Set(files.flatMap((file) => keyPathsOf(JSON.parse(readFileSync(file, 'utf8')))));
  const ownPaths = sidecarPaths(globSync(`${stage.kiroHome}/sessions/cli/*.json`));
  assert.deepEqual([...sidecarPaths(globSync(`${folder}/**/*.json`))].filter((path) => !ownPaths.has(path)), []);
});
