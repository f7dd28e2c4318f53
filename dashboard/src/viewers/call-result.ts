/** What the result of a call is made of: numbered lines, hits of a search, the output of a shell. Results are foreign text. */
import { isRecord, parseJson } from './call-arguments.ts';

export interface NumberedLine {
  /** As the file counts, from 1. */
  number: number;
  text: string;
}

export interface SearchHit {
  path: string;
  line?: number;
  text?: string;
}

const OWN_NUMBER = /^\s*(\d+)(?:→|\t|\||: ?)(.*)$/;
const HIT = /^((?:[A-Za-z]:)?[^:\n]{1,400}?):(\d+)[:-](.*)$/;
const PATH = /^(?:[A-Za-z]:)?[^\s:*?"<>|][^:*?"<>|\n]{0,400}$/;
/** Of the lines, as many must look like it. */
const MOST = 0.6;

/** A file as it was read. Numbers that the tool wrote in front are taken, else the lines count from `firstLine`. */
export function toNumberedLines(text: string, firstLine = 1): NumberedLine[] {
  const lines = splitLines(text);
  const own = lines.map((line) => OWN_NUMBER.exec(line));
  const isNumbered = own.filter((match) => match !== null).length > lines.length * MOST && isRising(own);
  return lines.map((line, at) => ({ number: Number((isNumbered && own[at]?.[1]) || firstLine + at), text: isNumbered ? (own[at]?.[2] ?? line) : line }));
}

function isRising(matches: readonly (RegExpExecArray | null)[]): boolean {
  const numbers = matches.flatMap((match) => (match ? [Number(match[1])] : []));
  return numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0));
}

/** `path:line:text`, or a path a line; undefined where most of it is neither. */
export function toSearchHits(text: string): SearchHit[] | undefined {
  const lines = splitLines(text).filter((line) => line.trim() !== '' && !/^(?:Found \d+|No (?:files|matches)|--$)/.test(line));
  const hits = lines.flatMap((line): SearchHit[] => {
    const hit = HIT.exec(line);
    if (hit) return [{ path: hit[1] ?? '', line: Number(hit[2]), text: hit[3] ?? '' }];
    return PATH.test(line) && /[/\\.]/.test(line) && !/\s{2}/.test(line) ? [{ path: line.trim() }] : [];
  });
  return lines.length > 0 && hits.length >= lines.length * MOST ? hits : undefined;
}

/** The text a shell printed: some agents wrap it, with what else they know, into JSON. */
export function toShellOutput(text: string): string {
  const value = parseJson(text);
  if (!isRecord(value)) return text;
  const parts = [value.output, value.stdout, value.stderr, value.aggregated_output].filter((part): part is string => typeof part === 'string' && part !== '');
  return parts.length > 0 ? parts.join('\n') : text;
}

/** What a terminal would show in the end: a line that was written over is what it became, and links are their text. */
export function toTerminalText(text: string): string {
  return text
    .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map((line) => (line.includes('\r') ? (line.split('\r').findLast((part) => part !== '') ?? '') : line))
    .join('\n');
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
