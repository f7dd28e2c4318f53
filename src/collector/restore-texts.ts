/** Texts of very large files, which stand as marks in facts, are put into the spans of a turn when these are written. */
import { replaceMarks } from '../agents/far-texts.ts';
import type { ContentKind, Span } from '../core/span.ts';
import { scrubSecrets } from '../processors/scrub.ts';

export interface RestoreOptions {
  /** Absent: there are no marks. */
  findText?(name: string): string | undefined;
  /** The long texts are not going to be written: theirs stay marks. */
  outlineOnly?: boolean;
}

/** Spans → the same with the texts that marks stand for, scrubbed. What cannot be found any more is left out. */
export function restoreTexts(spans: readonly Span[], { findText, outlineOnly }: RestoreOptions): readonly Span[] {
  if (!findText) return spans;
  const toText = (name: string): string => scrubSecrets(findText(name) ?? '').text;
  // Arguments are JSON: a text stands within a string there.
  const toJsonText = (name: string): string => JSON.stringify(toText(name)).slice(1, -1);
  return spans.map((span) => {
    const { errorMessage } = span.values;
    const values = errorMessage === undefined ? span.values : { ...span.values, errorMessage: replaceMarks(errorMessage, toText) };
    if (outlineOnly) return { ...span, values };
    const content = Object.entries(span.content).map(([kind, text]) => [kind, replaceMarks(text, kind === 'toolArguments' ? toJsonText : toText)] as [ContentKind, string]);
    return { ...span, values, content: Object.fromEntries(content) };
  });
}
