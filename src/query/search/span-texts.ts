/** The texts of a turn's spans that can be looked for. */
import { hash } from 'node:crypto';
import type { ContentKind, Span } from '../../core/span.ts';
import type { SqlRow } from '../../store/database.ts';
import { decodeText, unpackBody } from '../../store/sqlite/text.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { spreadScript } from './spread-script.ts';

/** Columns of the index. */
export const COLUMNS = ['prompt', 'answer', 'call', 'output', 'error'] as const;
export type TextColumn = (typeof COLUMNS)[number];

/** Of a longer text only this much is looked through (UTF-16 units): logs of many megabytes hold numbers, not words. */
const TEXT_LENGTH = 262_144;

export interface SpanTexts {
  span: number;
  digest: Uint8Array;
  /** Made only for what changed: the long ones are read and unpacked. */
  read(): Partial<Record<TextColumn, string>>;
}

const SPANS = `SELECT id, kind, data, (SELECT group_concat(kind || content) FROM span_content WHERE span = span.id) AS contents FROM span WHERE turn = ?`;
const CONTENTS = 'SELECT kind, encoding, body FROM span_content JOIN content ON content.id = content WHERE span = ?';

/** What of a span's row is looked through. */
type RowParts = Partial<Pick<Span, 'values' | 'content'>>;

/** Spans of a turn that have texts. */
export function readTurnTexts(store: Pick<ReadDatabase, 'sql'>, turn: number): SpanTexts[] {
  return store.sql(SPANS).all(turn).flatMap((row): SpanTexts[] => {
    const parts = JSON.parse(String(row.data)) as RowParts;
    const own = toOwnTexts(String(row.kind), parts);
    const contents = typeof row.contents === 'string' ? row.contents : '';
    const told = JSON.stringify(own);
    if (told === '{}' && contents === '') return [];
    const read = (): Partial<Record<TextColumn, string>> => addLong(own, { kind: String(row.kind), values: parts.values ?? {}, long: contents === '' ? [] : store.sql(CONTENTS).all(row.id ?? null) });
    return [{ span: Number(row.id), digest: hash('sha1', `${told}\0${contents}`, 'buffer').subarray(0, 8), read }];
  });
}

/** Those of one span, in the order in which a piece of one is shown. */
export function readSpanTexts(store: Pick<ReadDatabase, 'sql'>, span: number): string[] {
  const row = store.sql('SELECT kind, data FROM span WHERE id = ?').get(span);
  if (!row) return [];
  const parts = JSON.parse(String(row.data)) as RowParts;
  const texts = addLong(toOwnTexts(String(row.kind), parts), { kind: String(row.kind), values: parts.values ?? {}, long: store.sql(CONTENTS).all(span) }, (text) => text);
  return COLUMNS.flatMap((column) => texts[column] ?? []);
}

const COLUMN_OF: Partial<Record<ContentKind, TextColumn>> = { prompt: 'prompt', answer: 'answer', toolArguments: 'call', toolResult: 'output' };

function toOwnTexts(kind: string, { values = {}, content = {} }: RowParts): Partial<Record<TextColumn, string>> {
  const texts: Partial<Record<TextColumn, string>> = {};
  const told = [...toNames(kind, values), values.shellCommand, ...(values.files ?? []).map(({ path }) => path), values.skillName, values.skillPath, values.toolPurpose].filter((text) => text !== undefined && text !== '');
  if (told.length > 0) texts.call = told.join('\n');
  if (values.errorMessage) texts.error = values.errorMessage;
  for (const [name, text] of Object.entries(content)) put(texts, { kind, name: name as ContentKind, text, chats: values.chatCount });
  return texts;
}

/** Of a call: what was called, each name once. */
function toNames(kind: string, { toolName, mcpServer, mcpTool }: Span['values']): (string | undefined)[] {
  return kind === 'tool' ? [...new Set([toolName, mcpServer, mcpTool])] : [];
}

/** A turn repeats the last answer of its requests: it is looked for where it was given. */
function put(texts: Partial<Record<TextColumn, string>>, { kind, name, text, chats = 0 }: { kind: string; name: ContentKind; text: string; chats?: number }): void {
  const column = COLUMN_OF[name];
  if (column === undefined || text === '' || (kind === 'agent' && name === 'answer' && chats > 0)) return;
  const before = texts[column];
  texts[column] = before === undefined ? text : `${before}\n${text}`;
}

interface Long {
  kind: string;
  values: Span['values'];
  long: readonly SqlRow[];
}

function addLong(own: Partial<Record<TextColumn, string>>, { kind, values, long }: Long, toText: (text: string) => string = spreadScript): Partial<Record<TextColumn, string>> {
  const texts = { ...own };
  for (const row of long) put(texts, { kind, name: row.kind as ContentKind, text: decodeText(unpackBody(row.encoding, row.body)), chats: values.chatCount });
  for (const column of COLUMNS) {
    const text = texts[column];
    if (text !== undefined) texts[column] = toText(text.slice(0, TEXT_LENGTH));
  }
  return texts;
}
