/** Pseudo-random numbers and text that looks like what agents read and write: the same from the same seed. */

export interface Dice {
  /** From 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** Between both, more often small than large: evenly over the orders of magnitude. */
  scaled(least: number, most: number): number;
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean;
  pick<T>(items: readonly T[]): T;
  hex(length: number): string;
  /** Lognormal: half of them below `median`; a larger `sigma`, a longer tail. */
  lognormal(median: number, sigma: number): number;
  /** Begins anew, as a dice of this seed would. */
  reseed(seed: number): void;
}

/** mulberry32: small, and good enough to lay files. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const dice: Dice = {
    below: (limit) => Math.floor(next() * limit),
    scaled: (least, most) => Math.floor(least * (most / least) ** next()),
    percent: (chance) => next() * 100 < chance,
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    hex(length) {
      let text = '';
      while (text.length < length) text += Math.floor(next() * 0x1_0000_0000).toString(16).padStart(8, '0');
      return text.slice(0, length);
    },
    // Box-Muller. The logarithm of 0 is none.
    lognormal: (median, sigma) => median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    reseed(seed) {
      state = seed >>> 0;
    },
  };
  return dice;
}

const NOUNS = 'account address answer batch buffer cache call channel client clock column content cursor date digest entry error event family field file folder frame group handle header history index input item key label layer length line list lock message model name node number offset option order outbox owner page parent part path place plan pool problem prompt queue range rate reader record reply request result root row schema scope secret session shape shell signal size slot source span stack stamp state step store stream string table task text time title token tool trace tree turn type unit user value version view watch window word worker'.split(' ');
const VERBS = 'add append apply assert build cancel check clear close commit compare copy count create decode delete drain drop encode end fetch find flush format group hash insert join keep lay load log look map mark match merge move note open parse pick place play print push read refresh remove render reply reset resolve return rotate run save scan seek send set show skip sort split start stop store sum take test trim update wait walk watch write'.split(' ');

function toCamel(first: string, second: string): string {
  return first + (second[0] ?? '').toUpperCase() + second.slice(1);
}

function toCodeLine(dice: Dice): string {
  const indent = '  '.repeat(dice.below(5));
  const name = toCamel(dice.pick(VERBS), dice.pick(NOUNS));
  const value = toCamel(dice.pick(NOUNS), dice.pick(NOUNS));
  const forms = [
    () => `const ${value} = ${name}(${dice.pick(NOUNS)}, { ${dice.pick(NOUNS)}: ${dice.below(5000)}, ${dice.pick(NOUNS)}: '${dice.pick(NOUNS)}' });`,
    () => `if (${value}.${dice.pick(NOUNS)} === undefined || ${dice.pick(NOUNS)}.length > ${dice.below(900)}) return ${dice.pick(NOUNS)};`,
    () => `export function ${name}(${dice.pick(NOUNS)}: ${toCamel('Map', dice.pick(NOUNS))}<string, number>): ${toCamel('Read', dice.pick(NOUNS))} {`,
    () => `// ${dice.pick(VERBS)} the ${dice.pick(NOUNS)} of each ${dice.pick(NOUNS)}, for the ${dice.pick(NOUNS)} may ${dice.pick(VERBS)} it later — see ${dice.pick(NOUNS)}.`,
    () => `assert.deepEqual(${name}("${dice.pick(NOUNS)} ${dice.pick(NOUNS)}"), [${dice.below(100)}, ${dice.below(100)}]);`,
    () => `src/${dice.pick(NOUNS)}/${dice.pick(VERBS)}-${dice.pick(NOUNS)}.ts:${dice.below(300)}: ${name}(${value});`,
    () => `${value}: ${dice.pick(NOUNS)}.${name}("${dice.hex(12)}"),`,
    () => `}`,
    () => ``,
  ];
  return indent + dice.pick(forms)();
}

export interface Words {
  /** About so many characters of lines of code. */
  code(length: number): string;
  /** About so many characters of prose. */
  prose(length: number): string;
  path(): string;
}

/** Lines are drawn from a pool, each text with numbers of its own: making them must not take longer than reading them. */
export function createWords(dice: Dice): Words {
  const lines = Array.from({ length: 4000 }, () => toCodeLine(dice));
  const sentences = Array.from({ length: 1000 }, () => `The ${dice.pick(NOUNS)} has to ${dice.pick(VERBS)} its ${dice.pick(NOUNS)} before the ${dice.pick(NOUNS)} can ${dice.pick(VERBS)}; I will ${dice.pick(VERBS)} ${toCamel(dice.pick(NOUNS), dice.pick(NOUNS))} and run the tests again.`);
  const draw = (pool: readonly string[], length: number, glue: string): string => {
    let text = `${dice.hex(8)}${glue}`;
    while (text.length < length) text += `${dice.pick(pool)}${glue}`;
    return text;
  };
  return {
    code: (length) => draw(lines, length, '\n'),
    prose: (length) => draw(sentences, length, ' '),
    path: () => `/home/dev/shop/src/${dice.pick(NOUNS)}/${dice.pick(VERBS)}-${dice.pick(NOUNS)}.ts`,
  };
}
