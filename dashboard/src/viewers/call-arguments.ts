/** What the arguments of a call say, whatever its agent calls them. Arguments are foreign: anything may be missing, or of another type. */

export interface FileEdit {
  path?: string;
  /** Text that was replaced; absent: the file, or the text, is new. */
  before?: string;
  after: string;
}

/** A patch as the model wrote it: lines with their sign. */
export interface FilePatch {
  path?: string;
  action: 'add' | 'update' | 'delete';
  lines: { sign: '+' | '-' | ' ' | '@'; text: string }[];
}

export interface CallArguments {
  path?: string;
  command?: string;
  pattern?: string;
  prompt?: string;
  edits: FileEdit[];
  patches: FilePatch[];
  /** First line that was asked for, from 1. */
  firstLine?: number;
}

const PATHS = ['file_path', 'filePath', 'path', 'absolute_path', 'target_file', 'targetFile', 'notebook_path', 'target_notebook', 'relativeWorkspacePath', 'relative_workspace_path', 'dir_path', 'filename'];
const BEFORE = ['old_string', 'oldString', 'old_str', 'oldStr', 'old_text', 'oldText'];
const AFTER = ['new_string', 'newString', 'new_str', 'newStr', 'new_text', 'newText', 'new_source', 'code_edit', 'insert_text'];
const CONTENT = ['content', 'contents', 'file_text', 'fileText', 'text'];
const COMMANDS = ['command', 'cmd', 'script'];
const PATTERNS = ['pattern', 'query', 'regex', 'glob_pattern', 'globPattern', 'search_term', 'url'];
const PATCHES = ['input', 'patch', 'patchText', 'patch_text', 'diff', 'command', 'cmd'];
const PROMPTS = ['prompt', 'message', 'task', 'instructions'];
const FIRST_LINES = ['offset', 'start_line', 'startLine', 'start_line_one_indexed'];
const PATCH_MARK = '*** Begin Patch';

/** The text of a call's arguments (JSON, or a patch as it is) → what it says. Never throws. */
export function parseCallArguments(text: string | undefined): CallArguments {
  const value = parseJson(text ?? '');
  const values = isRecord(value) ? value : {};
  const path = textOf(values, PATHS);
  const patches = toPatches(typeof value === 'string' ? value : textOf(values, PATCHES));
  const command = patches.length > 0 && textOf(values, COMMANDS)?.startsWith(PATCH_MARK) ? undefined : toCommand(values);
  return {
    path, command, pattern: textOf(values, PATTERNS), prompt: textOf(values, PROMPTS), patches,
    edits: patches.length > 0 || command !== undefined ? [] : toEdits(values, path), firstLine: toFirstLine(values),
  };
}

/** JSON, or the text itself where it is none. */
export function parseJson(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A patch in Codex's format, or a unified diff → files and their lines; what is neither: none. */
export function toPatches(text: string | undefined): FilePatch[] {
  if (text === undefined) return [];
  const start = text.indexOf(PATCH_MARK);
  if (start >= 0) return toOwnFormat(text.slice(start));
  return /^@@ .*@@/m.test(text) && /^[+-]/m.test(text) ? toUnified(text) : [];
}

function toOwnFormat(text: string): FilePatch[] {
  const patches: FilePatch[] = [];
  for (const line of text.split(/\r?\n/)) {
    const head = /^\*\*\* (Add|Update|Delete) File: (.+)$/.exec(line);
    const patch = patches.at(-1);
    if (head) patches.push({ path: head[2]?.trim(), action: head[1] === 'Add' ? 'add' : head[1] === 'Delete' ? 'delete' : 'update', lines: [] });
    else if (line.startsWith('*** End Patch')) break;
    else if (patch && !line.startsWith('*** ')) patch.lines.push(toPatchLine(line));
  }
  return patches;
}

function toUnified(text: string): FilePatch[] {
  const patches: FilePatch[] = [];
  let isBody = false;
  for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
    const head = /^(?:\+\+\+|---) (?:[ab]\/)?([^\t]+)/.exec(line);
    if (head && !(isBody && line.startsWith('---') && patches.length === 0)) {
      if (line.startsWith('---')) patches.push({ path: head[1], action: 'update', lines: [] });
      else if (patches.length > 0) patches[patches.length - 1] = { path: head[1] === '/dev/null' ? patches.at(-1)?.path : head[1], action: 'update', lines: [] };
      isBody = false;
      continue;
    }
    if (line.startsWith('@@')) {
      if (patches.length === 0) patches.push({ action: 'update', lines: [] });
      isBody = true;
    }
    if (isBody) patches.at(-1)?.lines.push(toPatchLine(line));
  }
  return patches;
}

function toPatchLine(line: string): FilePatch['lines'][number] {
  const sign = line[0];
  if (line.startsWith('@@')) return { sign: '@', text: line };
  return sign === '+' || sign === '-' ? { sign, text: line.slice(1) } : { sign: ' ', text: sign === ' ' ? line.slice(1) : line };
}

/** Kiro and others nest what they do to files; `edits` is a list in some. */
function toEdits(values: Record<string, unknown>, path: string | undefined): FileEdit[] {
  const listed = [values.edits, values.replacements, values.operations].find(Array.isArray) as unknown[] | undefined;
  if (listed) return listed.flatMap((edit) => (isRecord(edit) ? toEdits(edit, textOf(edit, PATHS) ?? path) : []));
  const [before, after] = [anyTextOf(values, BEFORE), anyTextOf(values, AFTER)];
  if (before !== undefined || after !== undefined) return [{ path, before, after: after ?? '' }];
  const content = path === undefined ? undefined : anyTextOf(values, CONTENT);
  return content === undefined ? [] : [{ path, after: content }];
}

/** A list of words is joined; `["bash", "-lc", "ls"]` is `ls`. */
function toCommand(values: Record<string, unknown>): string | undefined {
  const words = [values.command, values.cmd].find(Array.isArray) as unknown[] | undefined;
  const texts = words?.filter((word): word is string => typeof word === 'string');
  if (texts) return texts.length === 3 && /^-[a-z]*c$/.test(texts[1] ?? '') ? texts[2] : texts.join(' ');
  // An editor's `command` is its sub-command, and has a path beside it.
  return textOf(values, PATHS.slice(0, 3)) === undefined ? textOf(values, COMMANDS) : undefined;
}

function toFirstLine(values: Record<string, unknown>): number | undefined {
  const line = FIRST_LINES.map((name) => values[name]).find((value) => typeof value === 'number' && value > 0);
  return typeof line === 'number' ? Math.floor(line) : undefined;
}

function textOf(values: Record<string, unknown>, names: readonly string[]): string | undefined {
  const text = anyTextOf(values, names);
  return text === '' ? undefined : text;
}

function anyTextOf(values: Record<string, unknown>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === 'string') return value;
  }
  return undefined;
}
