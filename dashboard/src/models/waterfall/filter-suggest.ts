/** What may come next in the filter line: names that are in this session, with how often. */
import { FIELDS, FLAGS, MEASURES, toWords, type NameField } from './filter-language.ts';
import { KIND, type SpanTree } from './span-tree.ts';

export interface Suggestion {
  /** The word as it would stand in the line. */
  insert: string;
  /** What it means, or how many rows have it. */
  note: string;
  /** Characters of the line that it takes the place of. */
  from: number;
  to: number;
}

const MOST_SUGGESTIONS = 8;

/** Suggestions for the word the caret is in or behind; none where that word is whole already. */
export function suggest(line: string, caret: number, names: ReadonlyMap<NameField, ReadonlyMap<string, number>>): Suggestion[] {
  const word = toWords(line).find((one) => caret > one.from && caret <= one.to) ?? { text: '', from: caret, to: caret };
  const typed = line.slice(word.from, caret);
  const sign = typed.startsWith('-') ? '-' : '';
  const text = typed.slice(sign.length).toLowerCase();
  const place = { from: word.from, to: word.to };
  const colon = text.indexOf(':');
  if (colon > 0) return valuesOf(text.slice(0, colon), text.slice(colon + 1), names).map(({ value, note }) => ({ insert: `${sign}${value}`, note, ...place }));
  const words = [
    ...Object.entries(FIELDS).map(([field, note]) => ({ insert: `${sign}${field}:`, note })),
    ...Object.entries(FLAGS).map(([flag, note]) => ({ insert: `${sign}${flag}`, note })),
    ...Object.entries(MEASURES).map(([measure, note]) => ({ insert: `${sign}${measure}>`, note })),
  ];
  return words.filter(({ insert }) => insert.startsWith(sign + text) && insert !== typed).slice(0, text === '' ? words.length : MOST_SUGGESTIONS).map((one) => ({ ...one, ...place }));
}

/** The names of a session by field, each with the number of its rows. */
export function toNames(tree: SpanTree): Map<NameField, Map<string, number>> {
  const names = new Map<NameField, Map<string, number>>();
  const count = (field: NameField, name: string | undefined): void => {
    if (name === undefined || name === '') return;
    const counts = names.get(field) ?? new Map<string, number>();
    counts.set(name, (counts.get(name) ?? 0) + 1);
    names.set(field, counts);
  };
  for (let row = 0; row < tree.count; row++) {
    const detail = tree.details[row];
    if (tree.kind[row] === KIND.tool) count('tool', tree.name[row]);
    if (tree.kind[row] === KIND.chat) count('model', tree.name[row]);
    if (tree.kind[row] === KIND.agent) count('agent', tree.name[row]);
    count('skill', detail?.skill);
    count('mcp', detail?.mcpServer);
    count('shell', detail?.shellFamily);
    count('kind', Object.keys(KIND)[tree.kind[row] ?? KIND.other]);
  }
  return names;
}

/** Of a list (`tool:Bash,Re`) the last one is being typed. */
function valuesOf(field: string, text: string, names: ReadonlyMap<NameField, ReadonlyMap<string, number>>): { value: string; note: string }[] {
  const before = text.slice(0, text.lastIndexOf(',') + 1);
  const last = text.slice(before.length).replace(/"/g, '');
  return [...(names.get(field as NameField) ?? [])]
    .filter(([name]) => name.toLowerCase().startsWith(last) && name.toLowerCase() !== last)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_SUGGESTIONS)
    .map(([name, rows]) => ({ value: `${field}:${before}${/\s/.test(name) ? `"${name}"` : name}`, note: `${rows} ${rows === 1 ? 'row' : 'rows'}` }));
}
