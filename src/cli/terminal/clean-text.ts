/**
 * Text of prompts, tools and models is written by strangers. Before it reaches a terminal it loses whatever a terminal or a
 * reader could be misled by: escape sequences, control characters, direction overrides, invisible characters.
 */
import { stripVTControlCharacters } from 'node:util';

/** Enough for any line of any terminal; keeps a 50 MB prompt from being scanned for a row of 80 cells. */
const LINE_LIMIT = 4_000;

/** Invisible or direction-changing: bidi controls, zero-width space, word joiner, BOM, soft hyphen, tag characters. ZWJ stays: emoji need it. */
const DECEPTIVE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
const CONTROLS = /\p{Cc}/gu;
const CONTROLS_BUT_NEWLINE = /[^\P{Cc}\n]/gu;
const LONE_SURROGATES = /\p{Cs}/gu;
/** More marks than any script stacks on one letter: painted over the lines above. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Untrusted text → one line that is safe to print; line breaks and runs of white space become one space. */
export function toPlainLine(text: string): string {
  const cut = text.length > LINE_LIMIT ? text.slice(0, LINE_LIMIT) : text;
  return withoutDeception(cut.replace(LINE_BREAKS, ' ')).replace(CONTROLS, '').replace(/\s+/gu, ' ').trim();
}

/** Untrusted text → lines that are safe to print; only `\n` is left of its controls, a tab is four spaces. */
export function toPlainBlock(text: string): string {
  const broken = text.replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n').replaceAll('\t', '    ');
  return withoutDeception(broken).replace(CONTROLS_BUT_NEWLINE, '');
}

function withoutDeception(text: string): string {
  return stripVTControlCharacters(text).replace(DECEPTIVE, '').replace(LONE_SURROGATES, '\ufffd').replace(STACKED_MARKS, '$1');
}
