/**
 * The plugin form of our hooks: a folder with a manifest and the hooks, for `claude --plugin-dir`, a marketplace, or the `plugins` option of
 * the Agent SDK, where nobody's settings are to be touched.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { VERSION } from '../../core/version.ts';
import type { FileEdit, InstallPlan, InstallRecord, InstallRequest } from '../agent.ts';
import { toGroups } from '../grouped-hooks.ts';
import { toQuotedCommand, withVariable } from '../hook-command.ts';
import type { Refusal } from '../install-file.ts';
import { readRegularFile } from '../regular-file.ts';
import { TIMEOUT_SECONDS, toHookEvents } from './hook-events.ts';

const MANIFEST = join('.claude-plugin', 'plugin.json');
const HOOKS = join('hooks', 'hooks.json');
/** Far above what either file holds. */
const MAX_BYTES = 1 << 20;

/** The plugin's files by their paths in its folder. Where the settings hold our hooks too, one event is told twice: the channel says so. */
export function toPluginFiles(hookCommand: string): Record<string, string> {
  const manifest = { name: 'spoor', version: VERSION, description: 'spoor traces every session: turns, model calls, tools, subagents' };
  const command = toQuotedCommand(withVariable(hookCommand, 'SPOOR_HOOK_CHANNEL', 'plugin'));
  const groups = toGroups({ agent: 'claude-code', command, entry: { type: 'command', timeout: TIMEOUT_SECONDS }, events: toHookEvents(undefined) });
  return { [MANIFEST]: toText(manifest), [HOOKS]: toText({ description: manifest.description, hooks: groups }) };
}

/** The edits that make a folder the plugin. A folder that holds another plugin is refused. */
export function planPlugin({ hookCommand }: InstallRequest, folder: string | boolean): InstallPlan {
  if (typeof folder !== 'string' || !isAbsolute(folder)) return { edits: [], notes: [], refusal: 'Where the plugin is to stand is not known. Name a folder.' };
  const edits: FileEdit[] = [];
  for (const [name, text] of Object.entries(toPluginFiles(hookCommand))) {
    const path = join(folder, name);
    const before = readOwn(path);
    if (before === false) return { edits: [], notes: [], refusal: `${path} belongs to another plugin. Name an empty folder.` };
    const after = Buffer.from(text);
    if (!before?.equals(after)) edits.push({ path, ...(before ? { before } : {}), after });
  }
  const use = `To use it: claude --plugin-dir '${folder}'; in the Agent SDK: plugins: [{ type: 'local', path: '${folder}' }]`;
  return { edits, notes: [edits.length === 0 ? `${folder} is spoor's plugin already.` : use] };
}

/** What install wrote of a plugin goes, unless somebody edited it: the files, and the paths that were looked at. */
export function planPluginUndo(record: InstallRecord): { edits: FileEdit[]; paths: ReadonlySet<string> } | Refusal {
  const recorded = record.files.filter(({ path }) => path.endsWith(MANIFEST) || path.endsWith(HOOKS));
  const edits: FileEdit[] = [];
  for (const { path, afterSha256 } of recorded) {
    const before = readOwn(path);
    if (before === undefined) continue;
    if (before === false || createHash('sha256').update(before).digest('hex') !== afterSha256) return { refusal: `${path} was edited since. Remove the plugin's folder yourself and try again.` };
    edits.push({ path, before });
  }
  return { edits, paths: new Set(recorded.map(({ path }) => path)) };
}

/** A file of the plugin; undefined: it is not there; false: it is none of ours, or cannot be read. */
function readOwn(path: string): Buffer | false | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const bytes = readRegularFile(path, MAX_BYTES);
    return bytes.includes('spoor') && bytes;
  } catch {
    return false;
  }
}

function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
