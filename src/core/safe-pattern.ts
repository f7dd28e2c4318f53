/**
 * Whether a regular expression of the user's may be run over foreign text of any length. JavaScript's engine backtracks: `(a+)+b` takes
 * longer than anybody lives over thirty letters. What is told here are forms that can be read in more than one way: repeats within
 * repeats, alternatives that begin alike within a repeat, neighbours that take the same characters. Pure.
 */

/** The flags that a pattern may have. `g` is ours; `y` would bind it to a place. */
const FLAGS = /^(?!.*(.).*\1)[imsu]*$/;
/** Longer ones are no patterns but lists. */
const MOST_LENGTH = 1000;
/** A repeat of more times is looked at like one without an end. Repeats within repeats count as their product. */
const MOST_REPEATS = 10;
/** Short repeats and choices in one row, that take the same characters, multiply as well: in so many ways a text may be read from one place. */
const MOST_WAYS = 1000;
/** Two that overlap cost the square of a text's length, three its cube. */
const MOST_OVERLAPPING = 2;

/** One of each that patterns tell apart. */
const SAMPLES: readonly string[] = [...Array.from({ length: 95 }, (_none, index) => String.fromCharCode(32 + index)), '\n', '\t', '\r', '\f', '\v', 'é', 'Ж', '日', '\u00a0'];

interface Repeat {
  min: number;
  max: number;
}

/** What one character can be, or a group, or a place between characters. */
type Item = ({ type: 'one'; chars: ReadonlySet<string> } | { type: 'group'; branches: Item[][] } | { type: 'place' }) & { repeat: Repeat };

type Group = Extract<Item, { type: 'group' }>;

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

/** Two classes may share a character that is none of the samples. */
const UNSAMPLED = /[^\n\t\u0020-\u007e]|\\[uxcpP0-9]/;

/** The engine knows best what a class holds. One that may hold what is beside the samples counts as any character. */
function toChars(source: string, flags: string): ReadonlySet<string> {
  try {
    const one = new RegExp(`^(?:${source})$`, flags.replace('m', ''));
    const chars = SAMPLES.filter((char) => one.test(char));
    const isSampled = !UNSAMPLED.test(source) || (source.length > 1 && /^\\[ux]/.test(source));
    return new Set(chars.length > 0 && isSampled ? chars : SAMPLES);
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

/** `times`: how often what stands around it may repeat it. */
function findFault(branches: readonly Item[][], times = 1): string | undefined {
  for (const branch of branches) {
    const inner = branch.map((item) => (item.type === 'group' ? findGroupFault(item, times * Math.max(1, item.repeat.max)) : undefined)).find((fault) => fault !== undefined);
    const fault = inner ?? findNeighbourFault(branch);
    if (fault) return fault;
  }
  return undefined;
}

/** A group that is repeated must be read in one way only. */
function findGroupFault(group: Group, times: number): string | undefined {
  const { branches } = group;
  const inner = findFault(branches, times);
  if (inner) return inner;
  if (times > MOST_REPEATS && isForked(group)) return 'repeats a choice between things that begin alike';
  const isNested = group.repeat.max > 1 && branches.some((branch) => times * mostOf(branch) > MOST_REPEATS && !isParted(branch));
  return isNested ? 'repeats within a repeat' : undefined;
}

function isForked({ branches }: Group): boolean {
  const firsts = branches.map((branch) => firstOf(branch));
  return firsts.some((one, index) => firsts.slice(index + 1).some((other) => overlaps(one, other)));
}

/** The longest of its repeats that take now more, now less; 0: it has none. */
function mostOf(branch: readonly Item[]): number {
  return Math.max(0, ...branch.filter(varies).map(({ repeat, ...item }) => repeat.max * (item.type === 'group' ? Math.max(1, ...item.branches.map(mostOf)) : 1)));
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
  const short = branch.flatMap((item) => (waysOf(item) > 1 ? [{ ways: waysOf(item), chars: charsOf(item) }] : []));
  const isMany = short.some((one) => short.filter((other) => overlaps(one.chars, other.chars)).reduce((ways, other) => ways * other.ways, 1) > MOST_WAYS);
  return isMany ? 'repeats the same characters, or chooses between them, in many places' : undefined;
}

/** In how many ways it may take the same text. Long repeats are looked at by themselves. */
function waysOf(item: Item): number {
  const { min, max } = item.repeat;
  const lengths = max > MOST_REPEATS ? 1 : max - min + 1;
  if (item.type !== 'group') return item.type === 'one' ? lengths : 1;
  const ways = item.branches.map((branch) => branch.reduce((product, one) => product * waysOf(one), 1));
  const inner = isForked(item) ? ways.reduce((sum, one) => sum + one, 0) : Math.max(...ways);
  return lengths * inner ** Math.min(max, MOST_REPEATS);
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
