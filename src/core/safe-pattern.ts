/**
 * Whether a regular expression of the user's may be run over foreign text of any length. JavaScript's engine backtracks: `(a+)+b` takes
 * longer than anybody lives over thirty letters. What is told here are forms that can be read in more than one way: repeats within
 * repeats, alternatives that begin alike within a repeat, neighbours that take the same characters. Pure.
 */

/** The flags that a pattern may have. `g` is ours; `y` would bind it to a place. */
const FLAGS = /^(?!.*(.).*\1)[imsu]*$/;
/** Longer ones are no patterns but lists. */
const MOST_LENGTH = 1000;
/** A repeat of up to so many times is looked at like one without an end: each level of nesting multiplies it. */
const MOST_REPEATS = 10;
/** Two that overlap cost the square of a text's length, three its cube. */
const MOST_OVERLAPPING = 2;

/** One of each that patterns tell apart. */
const SAMPLES: readonly string[] = [...Array.from({ length: 95 }, (_none, index) => String.fromCharCode(32 + index)), '\n', '\t', 'é', 'Ж', '日', '\u00a0'];

interface Repeat {
  min: number;
  max: number;
}

/** What one character can be, or a group, or a place between characters. */
type Item = ({ type: 'one'; chars: ReadonlySet<string> } | { type: 'group'; branches: Item[][] } | { type: 'place' }) & { repeat: Repeat };

/** Undefined: it may be run. Else what is wrong with it, as the rest of a sentence. */
export function findPatternFault(pattern: string, flags = ''): string | undefined {
  if (!FLAGS.test(flags)) return 'has flags other than i, m, s and u';
  if (pattern === '' || pattern.length > MOST_LENGTH) return `must have 1 to ${MOST_LENGTH} characters`;
  try {
    if (new RegExp(pattern, flags).test('')) return 'finds the empty text';
  } catch {
    return 'is no regular expression';
  }
  const reader: Reader = { pattern, flags, at: 0 };
  const branches = readBranches(reader);
  return reader.fault ?? findFault(branches);
}

interface Reader {
  pattern: string;
  flags: string;
  at: number;
  fault?: string;
}

/** Up to the end of the group, or of the pattern. */
function readBranches(reader: Reader): Item[][] {
  const branches: Item[][] = [[]];
  while (reader.at < reader.pattern.length && reader.pattern[reader.at] !== ')') {
    if (reader.pattern[reader.at] === '|') {
      reader.at++;
      branches.push([]);
      continue;
    }
    const atom = readAtom(reader);
    branches.at(-1)?.push({ ...atom, repeat: readRepeat(reader) });
  }
  return branches;
}

type Atom = { type: 'one'; chars: ReadonlySet<string> } | { type: 'group'; branches: Item[][] } | { type: 'place' };

const CLASS = /\[(?:\\[^]|[^\]\\])*\]/y;
const ESCAPE = /\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^])/y;
const GROUP = /\((?:\?(?::|=|!|<=|<!|<[A-Za-z_$][\w$]*>))?/y;

function readAtom(reader: Reader): Atom {
  const { pattern, at } = reader;
  const char = pattern[at] ?? '';
  if (char === '(') {
    take(reader, GROUP);
    const branches = readBranches(reader);
    reader.at++;
    return { type: 'group', branches };
  }
  if (char === '^' || char === '$') {
    reader.at++;
    return { type: 'place' };
  }
  const source = (char === '[' ? take(reader, CLASS) : char === '\\' ? take(reader, ESCAPE) : undefined) ?? takeOne(reader);
  if (/^\\[bB]$/.test(source)) return { type: 'place' };
  if (/^\\(?:[1-9]|k)/.test(source)) reader.fault = 'refers back to what it found';
  return { type: 'one', chars: toChars(source, reader.flags) };
}

function take(reader: Reader, form: RegExp): string | undefined {
  form.lastIndex = reader.at;
  const found = form.exec(reader.pattern)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function takeOne(reader: Reader): string {
  const char = reader.pattern[reader.at] ?? '';
  reader.at++;
  return char;
}

/** The engine knows best what a class holds. */
function toChars(source: string, flags: string): ReadonlySet<string> {
  try {
    const one = new RegExp(`^(?:${source})$`, flags.replace('m', ''));
    const chars = SAMPLES.filter((char) => one.test(char));
    // A character beside the samples: itself.
    return new Set(chars.length > 0 ? chars : [source]);
  } catch {
    return new Set(SAMPLES);
  }
}

const REPEAT = /[*+?]\??|\{(\d+)(,(\d*))?\}\??/y;

function readRepeat(reader: Reader): Repeat {
  REPEAT.lastIndex = reader.at;
  const found = REPEAT.exec(reader.pattern);
  if (!found) return { min: 1, max: 1 };
  reader.at += found[0].length;
  const [sign] = found[0];
  if (sign === '?') return { min: 0, max: 1 };
  if (sign === '*' || sign === '+') return { min: sign === '*' ? 0 : 1, max: Infinity };
  const min = Number(found[1]);
  return { min, max: found[2] === undefined ? min : found[3] ? Number(found[3]) : Infinity };
}

function findFault(branches: readonly Item[][]): string | undefined {
  for (const branch of branches) {
    const inner = branch.map((item) => (item.type === 'group' ? (findFault(item.branches) ?? findGroupFault(item)) : undefined)).find((fault) => fault !== undefined);
    const fault = inner ?? findNeighbourFault(branch);
    if (fault) return fault;
  }
  return undefined;
}

/** A group that is repeated must be read in one way only. */
function findGroupFault(group: Extract<Item, { type: 'group' }>): string | undefined {
  if (!isLong(group.repeat)) return undefined;
  const { branches } = group;
  const firsts = branches.map((branch) => firstOf(branch));
  const isForked = firsts.some((one, index) => firsts.slice(index + 1).some((other) => overlaps(one, other)));
  if (isForked) return 'repeats a choice between things that begin alike';
  if (branches.some((branch) => branch.some(varies) && !isParted(branch))) return 'repeats within a repeat';
  return undefined;
}

/** One character begins or ends each round, and stands nowhere else in it. */
function isParted(branch: readonly Item[]): boolean {
  const isPart = (index: number): boolean => {
    const item = branch.at(index);
    if (item?.type !== 'one' || item.repeat.min !== 1 || item.repeat.max !== 1) return false;
    const rest = branch.filter((other) => other !== item);
    return rest.every((other) => !overlaps(charsOf(other), item.chars));
  };
  return isPart(0) || isPart(-1);
}

/** Repeats that take the same characters, one behind the other. */
function findNeighbourFault(branch: readonly Item[]): string | undefined {
  const repeats = branch.flatMap((item, index) => (isVariable(item) ? [{ index, chars: charsOf(item) }] : []));
  for (const [position, one] of repeats.entries()) {
    const later = repeats.slice(position + 1).filter((other) => overlaps(one.chars, other.chars));
    if (later.length >= MOST_OVERLAPPING) return 'repeats the same characters in more than two places';
    const isNext = later.some((other) => branch.slice(one.index + 1, other.index).every((between) => isOptional(between) || between.type === 'place'));
    if (isNext) return 'repeats the same characters twice, one behind the other';
  }
  return undefined;
}

function isLong({ max }: Repeat): boolean {
  return max > MOST_REPEATS;
}

/** Takes now more, now less, and much. */
function isVariable(item: Item): boolean {
  if (item.type === 'place') return false;
  if (item.repeat.max > MOST_REPEATS && item.repeat.max !== item.repeat.min) return true;
  return item.type === 'group' && item.branches.some((branch) => branch.some(isVariable));
}

/** Takes now more, now less, be it one character. */
function varies(item: Item): boolean {
  if (item.type === 'place') return false;
  return item.repeat.min !== item.repeat.max || (item.type === 'group' && item.branches.some((branch) => branch.some(varies)));
}

function isOptional(item: Item): boolean {
  return item.repeat.min === 0 || (item.type === 'group' && item.branches.some((branch) => branch.every(isOptional)));
}

function charsOf(item: Item): ReadonlySet<string> {
  if (item.type === 'one') return item.chars;
  return item.type === 'place' ? new Set() : new Set(item.branches.flatMap((branch) => branch.flatMap((one) => [...charsOf(one)])));
}

function firstOf(branch: readonly Item[]): ReadonlySet<string> {
  const first = new Set<string>();
  for (const item of branch) {
    const chars = item.type === 'group' ? new Set(item.branches.flatMap((inner) => [...firstOf(inner)])) : charsOf(item);
    for (const char of chars) first.add(char);
    if (item.type !== 'place' && !isOptional(item)) break;
  }
  return first;
}

function overlaps(one: ReadonlySet<string>, two: ReadonlySet<string>): boolean {
  for (const char of one) if (two.has(char)) return true;
  return false;
}
