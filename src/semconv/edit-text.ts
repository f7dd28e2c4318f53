/** What a destination's settings take out of texts: its own patterns, and names that are hashed. Made once for each `Sharing`. Pure. */
import { isTooDeep } from '../core/json.ts';
import type { Hashing, Sharing } from '../core/sharing.ts';
import { createNameHasher } from './hash-names.ts';
import { createReplacer, toMarks } from './replace-pattern.ts';

export interface TextEditor {
  /** A text of a session. `paths`: those that are known to stand in it. */
  text(text: string, paths?: readonly string[]): string;
  /** A path of a session. */
  path(path: string): string;
  /** A folder of a session. */
  folder(path: string): string;
  /** Anything that is about to leave: names of our own stand in it, which are no paths. */
  wire(text: string): string;
}

/** By what is taken out: the levels beside it may be another shell's. */
const editors = new WeakMap<object, Map<Hashing | undefined, TextEditor>>();

/** Undefined: nothing is taken out. */
export function findEditor({ redact, hash }: Sharing): TextEditor | undefined {
  const first = redact ?? hash;
  if (!first) return undefined;
  const ofFirst = editors.get(first) ?? new Map<Hashing | undefined, TextEditor>();
  const editor = ofFirst.get(hash) ?? createEditor({ redact, hash });
  editors.set(first, ofFirst.set(hash, editor));
  return editor;
}

function createEditor({ redact = [], hash }: Pick<Sharing, 'redact' | 'hash'>): TextEditor {
  const marks = toMarks(redact);
  const replacers = redact.map((pattern) => createReplacer(pattern, marks));
  const names = createNameHasher(hash ?? { kinds: [], key: '' }, marks);
  const replace = (text: string): string => replacers.reduce((replaced, replacer) => replacer(replaced), text);
  const edit = (text: string, paths: readonly string[]): string => {
    const whole = paths.filter(isTellingPath).reduce((edited, path) => edited.replaceAll(path, () => names.path(path)), replace(text));
    return names.paths(names.emails(whole));
  };
  const editPath = (path: string): string => names.path(names.emails(replace(path)));
  const editFolder = (path: string): string => names.folder(names.emails(replace(path)));
  return {
    text: (text, paths = []) => {
      const json = editJson(text, { edit: (part) => edit(part, paths), editPath, editFolder });
      // A pattern may be about a key and its value.
      return json === undefined ? edit(text, paths) : replace(json);
    },
    path: editPath,
    folder: editFolder,
    wire: (text) => names.emails(replace(text)),
  };
}

/** One name alone may be any word. */
function isTellingPath(path: string): boolean {
  return path.length > 3 && /[^\\/.~][\\/]|[\\/][^\\/.~]/.test(path);
}

interface Edits {
  edit(part: string): string;
  editPath(part: string): string;
  editFolder(part: string): string;
}

/** Larger ones are edited as text. */
const LONGEST_JSON = 1_000_000;

/** The texts and keys in JSON, each as it is meant: `\\` and `\n` are no part of a name. Undefined: it is no JSON. */
function editJson(text: string, { edit, editPath, editFolder }: Edits): string | undefined {
  if (!/^\s*[[{"]/.test(text) || text.length > LONGEST_JSON) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isTooDeep(value)) return undefined;
    let isChanged = false;
    const noting = (how: (part: string) => string) => (part: string): string => {
      const edited = how(part);
      isChanged ||= edited !== part;
      return edited;
    };
    const edited = JSON.stringify(editValue(value, { edit: noting(edit), editPath: noting(editPath), editFolder: noting(editFolder) }));
    // Its numbers and blanks stay as they were written.
    return isChanged ? edited : text;
  } catch {
    return undefined;
  }
}

/** A text under such a key is a path as a whole, blanks and all; one with line breaks is none. */
const PATH_KEY = /(?:path|file|folder|dir|directory|cwd|root)s?$/i;

const FOLDER_KEY = /(?:folder|dir|directory|directories|cwd|root)s?$/i;

function editValue(value: unknown, edits: Edits, key = ''): unknown {
  if (typeof value === 'string') return PATH_KEY.test(key) && /^[^\n]*[\\/][^\n]*$/.test(value) ? edits[FOLDER_KEY.test(key) ? 'editFolder' : 'editPath'](value) : edits.edit(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: unknown) => editValue(item, edits, key));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [edits.edit(name), editValue(item, edits, name)]));
}
