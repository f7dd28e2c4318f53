/**
 * The filter line: `tool:Bash,Read >5s error wait>10s skill:x agent:Explore model:opus text:"no such file" -deny`. Terms stand beside each
 * other and all must hold; a comma parts alternatives, `*` stands for anything, `-` in front turns a term round, a bare word is sought in
 * what the row shows. Parsing never throws: what is not understood is a problem with its place, and the rest holds.
 */

export type NameField = 'tool' | 'skill' | 'agent' | 'model' | 'mcp' | 'shell' | 'kind' | 'text';
export type Flag = 'error' | 'deny' | 'cancelled' | 'timeout' | 'open' | 'wait' | 'compaction' | 'serial' | 'estimated' | 'changed';
/** run and wait: ms · tokens: input and output · cost: dollars, charged or equivalent · context: per cent. */
export type Measure = 'run' | 'wait' | 'tokens' | 'cost' | 'context';

export type Term = { isNot: boolean } & (
  | { type: 'name'; field: NameField; values: string[] }
  | { type: 'flag'; flag: Flag }
  | { type: 'compare'; measure: Measure; operator: '>' | '<'; value: number }
);

/** What was not understood, and where: characters [from, to) of the line. */
export interface FilterProblem {
  message: string;
  from: number;
  to: number;
}

export interface ParsedFilter {
  value: Term[];
  problems: FilterProblem[];
}

/** A piece of the line between spaces; quotes hold spaces together. */
export interface Word {
  text: string;
  from: number;
  to: number;
}

export const FIELDS: Readonly<Record<NameField, string>> = {
  tool: 'name of the tool', skill: 'name of the skill', agent: 'inside this agent or subagent', model: 'part of the model\'s name', mcp: 'MCP server',
  shell: 'program a command runs', kind: 'agent, chat, tool, permission or policy', text: 'in what the row shows',
};

export const FLAGS: Readonly<Record<Flag, string>> = {
  error: 'ended in error or timeout', deny: 'refused by a person or a rule', cancelled: 'cancelled', timeout: 'timed out', open: 'has no end',
  wait: 'waited for a person', compaction: 'the context was compacted', serial: 'could have been parallel', estimated: 'times are estimated', changed: 'changed after it was sent',
};

export const MEASURES: Readonly<Record<Measure, string>> = {
  run: 'run time, waiting left out: run>5s or >5s', wait: 'waiting for a person: wait>10s', tokens: 'tokens>10k', cost: 'dollars: cost>0.1', context: 'fill in per cent: context>80',
};

const FLAG_ALIASES: Readonly<Record<string, Flag>> = { errors: 'error', denied: 'deny', cancel: 'cancelled', running: 'open', parallel: 'serial', waiting: 'wait' };
const MEASURE_ALIASES: Readonly<Record<string, Measure>> = { '': 'run', dur: 'run', duration: 'run', ctx: 'context', tok: 'tokens' };
const COMPARISON = /^([a-z]*)([<>])=?(.*)$/i;
const UNIT_MILLIS: Readonly<Record<string, number>> = { ms: 1, s: 1000, '': 1000, m: 60_000, h: 3_600_000 };

/** A line → its terms and what was not understood. An empty line has no terms: everything matches. */
export function parseFilter(line: string): ParsedFilter {
  const parsed: ParsedFilter = { value: [], problems: [] };
  for (const word of toWords(line)) {
    const term = parseTerm(word.text);
    if (typeof term === 'string') parsed.problems.push({ message: term, from: word.from, to: word.to });
    else parsed.value.push(term);
  }
  return parsed;
}

/** The pieces of a line with their places. A quote that is not closed goes to the end. */
export function toWords(line: string): Word[] {
  return [...line.matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)].map((match) => ({ text: match[0], from: match.index, to: match.index + match[0].length }));
}

/** A term, or what is wrong with it. */
function parseTerm(word: string): Term | string {
  const isNot = word.startsWith('-') && word.length > 1;
  const text = isNot ? word.slice(1) : word;
  const colon = text.indexOf(':');
  const field = colon > 0 && !text.startsWith('"') ? text.slice(0, colon).toLowerCase() : undefined;
  if (field !== undefined && Object.hasOwn(FIELDS, field)) return parseName(field as NameField, text.slice(colon + 1), isNot);
  const comparison = COMPARISON.exec(text);
  if (comparison) return parseComparison(comparison, isNot);
  const flag = flagOf(text.toLowerCase());
  if (flag) return { type: 'flag', flag, isNot };
  if (field !== undefined && /^[a-z]+$/.test(field)) return `There is no "${field}:". There are: ${Object.keys(FIELDS).map((name) => `${name}:`).join(' ')}`;
  const sought = unquoted(text);
  return sought === '' ? 'There is nothing between the quotes.' : { type: 'name', field: 'text', values: [sought], isNot };
}

function parseName(field: NameField, text: string, isNot: boolean): Term | string {
  // In a text a comma is a comma.
  const values = (field === 'text' ? [unquoted(text)] : text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map(unquoted)).filter((value) => value !== '');
  return values.length === 0 ? `Say what after "${field}:".` : { type: 'name', field, values, isNot };
}

function parseComparison([whole, name = '', operator = '', rest = '']: RegExpExecArray, isNot: boolean): Term | string {
  const word = name.toLowerCase();
  const measure = Object.hasOwn(MEASURES, word) ? (word as Measure) : Object.hasOwn(MEASURE_ALIASES, word) ? MEASURE_ALIASES[word] : undefined;
  if (measure === undefined) return `"${name}" cannot be compared. These can: ${Object.keys(MEASURES).join(', ')}.`;
  const value = measure === 'run' || measure === 'wait' ? parseMillis(rest) : parseAmount(rest);
  if (value === undefined) return `"${whole}" has no ${measure === 'run' || measure === 'wait' ? 'time such as 5s, 200ms, 2m' : 'number such as 10k'} behind ${operator}.`;
  return { type: 'compare', measure, operator: operator === '<' ? '<' : '>', value, isNot };
}

/** `5s`, `200ms`, `2m`, `1h`; a bare number is seconds. */
function parseMillis(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/i.exec(text.trim());
  return match ? Number(match[1]) * (UNIT_MILLIS[(match[2] ?? '').toLowerCase()] ?? 1000) : undefined;
}

/** `0.1`, `$0.1`, `10k`, `2M`, `80%`. */
function parseAmount(text: string): number | undefined {
  const match = /^\$?(\d+(?:\.\d+)?)(k|m|%|)$/i.exec(text.trim());
  if (!match) return undefined;
  const unit = (match[2] ?? '').toLowerCase();
  return Number(match[1]) * (unit === 'k' ? 1e3 : unit === 'm' ? 1e6 : 1);
}

function flagOf(word: string): Flag | undefined {
  if (Object.hasOwn(FLAGS, word)) return word as Flag;
  return Object.hasOwn(FLAG_ALIASES, word) ? FLAG_ALIASES[word] : undefined;
}

function unquoted(text: string): string {
  return text.replace(/"/g, '').trim();
}
