/** What an edit changes. Loaded when the first edit is looked at. */
import { diffLines, diffWordsWithSpace } from 'diff';
import { useMemo, type ReactNode } from 'react';
import type { FileEdit, FilePatch } from './call-arguments.ts';
import { LongText } from './long-text.tsx';

interface DiffLine {
  sign: '+' | '-' | ' ' | '@';
  text: string;
  /** Pieces that are other than in the line it replaces. */
  pieces?: { text: string; isChanged: boolean }[];
}

/** Beyond it two texts have nothing to do with each other, and comparing them takes long. */
const MOST_EDITS = 2000;
const LONGEST_WORDS = 500;

export function DiffView({ edits, patches }: { edits: readonly FileEdit[]; patches: readonly FilePatch[] }): ReactNode {
  const files = useMemo(() => [...edits.map((edit) => ({ path: edit.path, lines: toLines(edit) })), ...patches.map((patch) => ({ path: patch.path, lines: patch.lines as DiffLine[] }))], [edits, patches]);
  return files.map(({ path, lines }, at) => (
    // The edits of a call stand still.
    // oxlint-disable-next-line react/no-array-index-key
    <figure key={at} className="vw-file">
      <figcaption>
        {path ?? 'file'} <span className="vw-plus">+{lines.filter(({ sign }) => sign === '+').length}</span> <span className="vw-minus">−{lines.filter(({ sign }) => sign === '-').length}</span>
      </figcaption>
      <LongText items={lines} render={(line, number) => <Line key={number} line={line} />} className="vw-diff" />
    </figure>
  ));
}

function Line({ line }: { line: DiffLine }): ReactNode {
  return (
    <div className="vw-diff-line" data-sign={line.sign}>
      <span className="vw-sign">{line.sign === '@' ? '' : line.sign === '-' ? '−' : line.sign}</span>
      <code>{line.pieces ? line.pieces.map((piece, at) => (piece.isChanged ? <mark key={at}>{piece.text}</mark> : piece.text)) : line.text || ' '}</code>
    </div>
  );
}

function toLines({ before, after }: FileEdit): DiffLine[] {
  if (before === undefined) return linesOf(after).map((text) => ({ sign: '+', text }));
  const changes = diffLines(before, after, { maxEditLength: MOST_EDITS, ignoreNewlineAtEof: true }) ?? [{ value: before, removed: true, added: false }, { value: after, added: true, removed: false }];
  return changes.flatMap((change, at) => {
    const [previous, next] = [changes[at - 1], changes[at + 1]];
    const lines = linesOf(change.value);
    if (change.removed && next?.added) return toPaired(lines, linesOf(next.value), '-');
    if (change.added && previous?.removed) return toPaired(linesOf(previous.value), lines, '+');
    return lines.map((text): DiffLine => ({ sign: change.added ? '+' : change.removed ? '-' : ' ', text }));
  });
}

/** Lines that replace as many others are compared word by word. */
function toPaired(old: string[], fresh: string[], sign: '+' | '-'): DiffLine[] {
  const own = sign === '-' ? old : fresh;
  if (old.length !== fresh.length) return own.map((text) => ({ sign, text }));
  return own.map((text, at) => {
    const [one, other] = [old[at] ?? '', fresh[at] ?? ''];
    if (one.length > LONGEST_WORDS || other.length > LONGEST_WORDS) return { sign, text };
    const words = diffWordsWithSpace(one, other).filter((word) => (sign === '-' ? !word.added : !word.removed));
    return { sign, text, pieces: words.map((word) => ({ text: word.value, isChanged: word.added || word.removed })) };
  });
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}
