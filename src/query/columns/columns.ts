/**
 * All turns, calls, requests, loads of skills and sessions as columns of numbers. Moments are Unix milliseconds, durations milliseconds, words
 * places in the dictionary. Rows of what went stay until the next loading; their turn is not alive.
 */
import { createDictionary, type Dictionary } from './dictionary.ts';
import { createTable, type Table } from './table.ts';

const SESSION = { row: 'u32', alive: 'u8', root: 'u32', agent: 'u32', cwd: 'u32', isProbe: 'u8', config: 'u32', told: 'f64' } as const;
/** `active`: absent of one that is open, or whose end is only estimated · `model`, `tool` and `wait`: where its time went · `openness`: see `CLOSED` */
const TURN = {
  row: 'u32', alive: 'u8', session: 'u32', start: 'f64', active: 'f64', last: 'f64', model: 'f64', tool: 'f64', wait: 'f64', openness: 'u8',
  repository: 'u32', branch: 'u32', modelName: 'u32', tools: 'u32', errors: 'u32', denied: 'u32', succeeded: 'u32', failed: 'u32', fromCall: 'u32', toCall: 'u32', fromChat: 'u32', toChat: 'u32',
} as const;
/** A span id as its two halves. Times of calls and requests are durations (`durations.ts`), so that they take half the room. */
const CALL = { turn: 'u32', start: 'f64', run: 'u32', wait: 'u32', outcome: 'u8', isNested: 'u8', tool: 'word', server: 'word', family: 'word', errorType: 'word', idHigh: 'u32', idLow: 'u32' } as const;
/**
 * The requests of a turn stand one behind the other. Tokens are `NO_TOKENS` where they are not told; `amount` is what was charged, in `unit`
 * (`NO_COST`: nothing is told of it): what was charged in a second unit as well stands in a row behind, which is no request (`isRest`).
 */
const CHAT = {
  start: 'f64', duration: 'u32', firstChunk: 'u32', outcome: 'u8', isRest: 'u8', provenance: 'u8', model: 'word', provider: 'word', input: 'u32', output: 'u32', cacheRead: 'u32', cacheCreation: 'u32', reasoning: 'u32',
  amount: 'f64', unit: 'u8', unpriced: 'word',
} as const;
const LOAD = {
  turn: 'u32', start: 'f64', scope: 'f64', name: 'u32', trigger: 'u8', tools: 'u32', succeeded: 'u32', failed: 'u32', usd: 'f64', equivalentUsd: 'f64', credits: 'f64', premium: 'f64',
} as const;

/** Units of costs, one after the other. A number of `unit` is one more than the place here. */
export const COSTS = ['usd', 'equivalentUsd', 'credits', 'premium'] as const;
export const NO_COST = 0;
export const USD = 1;
export const EQUIVALENT_USD = 2;
export const CREDITS = 3;

/** How a turn stands: over, open as hooks tell, or as only the history does. */
export const CLOSED = 0;
export const OPEN_LIVE = 1;
export const OPEN_TOLD = 2;

/** Nobody counted. */
export const NO_TOKENS = 0xffff_ffff;

/** A skill with one text. One object for all configs that have it. */
export interface Offer {
  name: string;
  /** Hash of its folder, as those sessions had it. */
  hash: string;
  /** `name@hash`: what a filter names it by. */
  key: string;
}

export interface Columns {
  words: Dictionary;
  sessions: Table<typeof SESSION>;
  turns: Table<typeof TURN>;
  calls: Table<typeof CALL>;
  chats: Table<typeof CHAT>;
  loads: Table<typeof LOAD>;
  /** Rows of the database → rows here. */
  sessionOf: Map<number, number>;
  turnOf: Map<number, number>;
  /** What each config has on offer, by its word. */
  offers: Map<number, readonly Offer[]>;
  derived: Derived;
}

/** Worked out anew whenever something changed. By session row, or by turn row. */
export interface Derived {
  /** The session at the top: its row, by session. */
  top: Uint32Array;
  /** Of sessions at the top: the newest repository that was told, else the folder's name. */
  project: Uint32Array;
  branch: Uint32Array;
  /** Of sessions at the top: when something last happened in it. */
  last: Float64Array;
  /** By turn: the session at the top. */
  owner: Uint32Array;
  /** By turn: the turn of the session at the top that was the newest when it began; itself where it is one. */
  host: Uint32Array;
}

/** How many rows to make room for. */
export interface Room {
  sessions: number;
  turns: number;
  calls: number;
  chats: number;
}

export function createEmptyColumns(room: Room): Columns {
  const none = new Uint32Array(0);
  return {
    words: createDictionary(),
    sessions: createTable(SESSION, room.sessions),
    turns: createTable(TURN, room.turns),
    calls: createTable(CALL, room.calls),
    chats: createTable(CHAT, room.chats),
    loads: createTable(LOAD),
    sessionOf: new Map(),
    turnOf: new Map(),
    offers: new Map(),
    derived: { top: none, project: none, branch: none, last: new Float64Array(0), owner: none, host: none },
  };
}
