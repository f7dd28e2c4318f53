/** `spoor sessions --search`: full text, by the index that `spoor serve` writes. */
import { existsSync } from 'node:fs';
import type { SessionRow, SessionsAnswer, SessionsQuery } from '../../query/api/sessions.ts';
import { countUnindexed } from '../../query/search/count-unindexed.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { createShortIds } from '../short-ids.ts';
import { toJsonText } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toCountText } from '../terminal/number-text.ts';
import { createPalette, toLine, type Piece } from '../terminal/palette.ts';
import { cutToWidth } from '../terminal/text-width.ts';
import { toAgeText } from '../terminal/time-text.ts';
import { askFigures } from './ask-figures.ts';

/** Prints the sessions in which these words stand, the newest first, each with the place. Throws a `Failure` where nothing is indexed yet. */
export async function searchSessions(query: SessionsQuery & { text: string }, { json = false, context }: { json?: boolean | undefined; context: CliContext }): Promise<void> {
  if (!existsSync(context.home.search)) throw new Failure('Nothing is indexed for full text yet.', 'The index is written by: spoor serve');
  const answer = await askFigures<SessionsAnswer>({ name: 'sessions', query }, context);
  const items = answer?.items ?? [];
  if (json) return await context.stdout.write(toJsonText(answer ?? { items }));
  const left = countUnindexed(context.home);
  const rest = left === 0 ? '' : `${toCountText(left, 'turn')} ${left === 1 ? 'is' : 'are'} not indexed yet: spoor serve goes on with them.\n`;
  if (items.length === 0) return await context.stderr.write(rest === '' ? 'These words stand in no session.\n' : `These words stand in no session that is indexed. ${rest}`);
  const palette = createPalette(context.stdout.color);
  const store = await context.openStore(context.home, { create: false });
  const shortIdOf = createShortIds({ findSessions: (prefix) => store?.findSessions(prefix) ?? [] });
  const lines = items.flatMap((row) => toLines(row, { id: shortIdOf(row.sessionId), context }));
  store?.close();
  await context.stdout.write(`${lines.map((line) => toLine(line, palette)).join('\n')}\n`);
  if (answer?.next !== undefined || answer?.isCut) await context.stderr.write('There are more; --limit shows them, or say more words.\n');
  await context.stderr.write(rest);
}

function toLines(row: SessionRow, { id, context }: { id: string; context: CliContext }): Piece[][] {
  const { columns } = context.stdout;
  const head = `${toPlainLine(id)}  ${row.agent}  ${toAgeText(row.lastMillis, context.nowMillis())}  ${toPlainLine(row.project ?? '')}  `;
  return [
    [{ text: cutToWidth(head, columns), tone: 'agent' }, { text: cutToWidth(toPlainLine(row.title ?? ''), Math.max(0, columns - head.length)), tone: 'strong' }],
    ...(row.snippet === undefined ? [] : [[{ text: '  ', tone: 'plain' as const }, ...toSnippetPieces(row.snippet, columns - 2)]]),
  ];
}

/** What was found stands between U+0002 and U+0003. */
function toSnippetPieces(snippet: string, width: number): Piece[] {
  const pieces: Piece[] = [];
  let left = width;
  for (const part of snippet.split(/(\u0002[^\u0003]*\u0003)/)) {
    const isHit = part.startsWith('\u0002');
    const text = cutToWidth(part.replaceAll(/[\u0002\u0003]/g, '').replaceAll(/\s+/g, ' '), Math.max(0, left));
    pieces.push({ text: isHit ? toPlainLine(text) : keepEnds(text), tone: isHit ? 'waiting' : 'dim' });
    left -= text.length;
    if (left <= 0) break;
  }
  return pieces;
}

/** A plain line has no blanks at its ends; between two pieces they stand. */
function keepEnds(text: string): string {
  return `${/^\s/.test(text) ? ' ' : ''}${toPlainLine(text).trim()}${/\S\s$/.test(text) ? ' ' : ''}`;
}
