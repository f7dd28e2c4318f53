/**
 * Writes families into the store in transactions so short that live events hardly wait. Between two of them another process may write:
 * where that was about the same family, what is left was worked out from old news and is worked out anew.
 */
import type { Agent } from '../../agents/agent.ts';
import type { PackedTurn, Store } from '../../store/store.ts';
import { indexSources, readFamilyFacts, type SourceIndex } from '../family.ts';
import { isForeignFailure } from '../foreign-failure.ts';
import { planFamily, type FamilyPlan, type ReconcileContext, type ReconcileResult } from '../reconcile.ts';
import { tryReconcile } from '../try-reconcile.ts';
import type { ImportFamily } from './find-families.ts';
import type { PreparedFamily } from './prepare-family.ts';

/** The longest that a transaction goes on taking in; its commit comes on top. A collector's write waits as long at most. */
const PART_MILLIS = 30;
/** A turn of its own for whoever waits for the store. SQLite's waiters look again after 1 to 25 ms. */
const PAUSE_MILLIS = 3;
/** A family that others keep writing to is written in one piece then. */
const MOST_TRIES = 3;

/** Something to be written step by step. */
interface Piece {
  /** They change the store alone: what was taken back is done again. */
  steps: readonly (() => unknown)[];
  /** How many of them are done. */
  done: number;
  readState: StateReader;
  /** As the store was when it was worked out, or when its last part was written. Absent: nothing to compare with. */
  known?: Known;
  result?: boolean;
}

/** What the store has of a family, as far as it bears on what is to be written. */
type StateReader = () => string;

interface Known {
  state: string;
  version: number;
}

/** A step said no: the transaction is taken back. */
class Refused extends Error {
  readonly piece: Piece;

  constructor(piece: Piece) {
    super('Somebody else wrote about this.');
    this.piece = piece;
  }
}

function toPiece(steps: readonly (() => unknown)[], readState: StateReader, known?: Known): Piece {
  return { steps, done: 0, readState, ...(known ? { known } : {}) };
}

/** Runs the steps, several in a transaction. False: somebody else wrote about this, or a step said no; transactions before that stay. */
async function writeInParts(store: Store, piece: Piece): Promise<boolean> {
  while (piece.result === undefined) {
    writeTogether(store, [piece]);
    await pause();
  }
  return piece.result;
}

/**
 * Goes on with these, one after the other, in one transaction, until the time is over. One that is refused takes all of the transaction back,
 * and the others wait to be written again: that is rare, and a savepoint for each costs as much as a third of the rows.
 */
function writeTogether(store: Store, pieces: readonly Piece[]): void {
  const before = pieces.map(({ done, known }) => ({ done, known, result: undefined }));
  const untilMillis = performance.now() + PART_MILLIS;
  try {
    store.transaction(() => {
      for (const piece of pieces) {
        writePart(store, piece, untilMillis);
        if (performance.now() >= untilMillis) return;
      }
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    pieces.forEach((piece, index) => Object.assign(piece, before[index]));
    error.piece.result = false;
  }
}

/** Goes on with a piece until it is through, or the time is over. Throws Refused. */
function writePart(store: Store, piece: Piece, untilMillis: number): void {
  const { steps, readState } = piece;
  if (piece.known && store.dataVersion() !== piece.known.version && readState() !== piece.known.state) throw new Refused(piece);
  do {
    if (steps[piece.done]?.() === false) throw new Refused(piece);
    piece.done += 1;
    if (piece.done >= steps.length) {
      piece.result = true;
      return;
    }
  } while (performance.now() < untilMillis);
  piece.known = { state: readState(), version: store.dataVersion() };
}

/** Pieces of several families, written in as few transactions as their size allows: a commit costs as much as many rows. */
export interface WriteQueue {
  /** See `writeInParts`. Throws on a broken disk, which ends all that waits. */
  write(piece: Piece): Promise<boolean>;
}

/** Long enough that small families come together, short against what they take. */
const GATHER_MILLIS = 40;

/** `alone`: gives the store to one writer after the other. The first piece is written at once. */
export function createWriteQueue(store: Store, alone: <T>(work: () => Promise<T>) => Promise<T>): WriteQueue {
  let waiting: { piece: Piece; settle: PromiseWithResolvers<boolean> }[] = [];
  let isAtWork = false;
  let isFirst = true;
  const writeSome = (): void => {
    writeTogether(store, waiting.map(({ piece }) => piece));
    // Only now: it may have failed.
    for (const { piece, settle } of waiting) if (piece.result !== undefined) settle.resolve(piece.result);
    waiting = waiting.filter(({ piece }) => piece.result === undefined);
  };
  const work = async (): Promise<void> => {
    if (!isFirst) await new Promise((resolve) => setTimeout(resolve, GATHER_MILLIS));
    isFirst = false;
    await alone(async () => {
      while (waiting.length > 0) {
        writeSome();
        await pause();
      }
    });
  };
  const goOn = async (): Promise<void> => {
    isAtWork = true;
    try {
      while (waiting.length > 0) await work();
    } catch (error) {
      for (const { settle } of waiting) settle.reject(error);
      waiting = [];
    }
    isAtWork = false;
  };
  return {
    write(piece) {
      const settle = Promise.withResolvers<boolean>();
      waiting.push({ piece, settle });
      if (!isAtWork) void goOn();
      return settle.promise;
    },
  };
}

/** When this process last let others write. Several small families may follow each other without that. */
let pausedMillis = 0;

/** Lets others write, and timers and signals of this process have their turn, where that is due. */
async function pause(): Promise<void> {
  if (performance.now() - pausedMillis < PART_MILLIS) return;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS));
  pausedMillis = performance.now();
}

/** `asked`: keys that were looked up besides the family's own, and the spans that they led to. */
function createStateReader(store: Store, agent: Agent, { sessionIds, asked }: { sessionIds: readonly string[]; asked: ReadonlyMap<string, string | undefined> }): StateReader {
  return () => {
    const turns = store.readTurns(agent.id, sessionIds).map(({ rootSpanId, digest }) => `${rootSpanId}:${digest}`);
    const isSame = [...asked].every(([key, spanId]) => store.lookup(agent.id, key)?.spanId === spanId);
    return `${isSame} ${store.readFacts(agent.id, sessionIds).length} ${turns.join(' ')}`;
  };
}

/** What a step wrote before it said no is taken back with its transaction. */
const JOINS = { joins: true } as const;

/** A family of which the store had nothing when it was prepared. False: it has something by now. */
export function writeFresh(agent: Agent, prepared: PreparedFamily, { store, queue }: { store: Store; queue: WriteQueue }): Promise<boolean> {
  const { facts, sessions, turns, dues, result } = prepared;
  const { sessionIds } = result;
  const asked = new Map(prepared.asked.map((key) => [key, undefined]));
  // A fork that does not name its origin begins with turns that are there: what is said of it as if it were alone would not be true.
  const isThere = (): boolean => turns.some(({ turn }) => store.readSpan(turn.rootSpanId) !== undefined);
  const steps = [
    () => store.isUntouched(agent.id, sessionIds) && ![...asked.keys()].some((key) => store.lookup(agent.id, key)) && !isThere(),
    () => {
      store.addFacts(facts);
      for (const session of sessions) store.saveSession(session);
      for (const { sessionId, atMillis } of dues) store.markDue(agent.id, sessionId, atMillis);
    },
    ...turns.map((turn) => () => store.insertTurn(turn, JOINS)),
  ];
  return queue.write(toPiece(steps, createStateReader(store, agent, { sessionIds, asked })));
}

/** The long texts of turns whose outlines are stored. False: one of them is not, or looks otherwise by now. */
export function writeTexts(turns: readonly PackedTurn[], { store, queue }: { store: Store; queue: WriteQueue }): Promise<boolean> {
  // Each turn is looked at by itself: nothing else bears on it.
  return queue.write(toPiece(turns.map((turn) => () => store.fillTurn(turn, JOINS)), () => ''));
}

/** A family of which the store may know something: its history is read here and now. Throws on a broken disk only. */
export async function writeKnown({ agent, sessionId, sources }: ImportFamily, context: ReconcileContext, store: Store): Promise<ReconcileResult> {
  const index = indexSources(sources);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const planned = plan({ agent, sessionId, index }, context, store);
    if (!planned) break;
    if (await writeInParts(store, toPiece([...planned.plan.steps], planned.readState, planned.before))) return planned.plan.result;
  }
  // In one piece. What makes it fail is told there, too.
  return tryReconcile(agent, sessionId, context, index);
}

interface Planned {
  plan: FamilyPlan;
  readState: StateReader;
  /** As it was before anything was read. */
  before: Known;
}

/** Undefined: foreign data made it fail. */
function plan({ agent, sessionId, index }: { agent: Agent; sessionId: string; index: SourceIndex }, context: ReconcileContext, store: Store): Planned | undefined {
  const asked = new Map<string, string | undefined>();
  const lookup: Store['lookup'] = (id, key) => {
    const known = store.lookup(id, key);
    asked.set(key, known?.spanId);
    return known;
  };
  const version = store.dataVersion();
  try {
    const family = readFamilyFacts({ agent, sessionId, store, environment: context.environment, sources: index, readHistory: context.readHistory });
    const readState = createStateReader(store, agent, { sessionIds: family.sessionIds, asked });
    const state = readState();
    const made = planFamily(agent, family, { ...context, store: { ...store, lookup } });
    for (const { spans } of made.assembly.turns) for (const { keys } of spans) for (const key of keys) asked.delete(key);
    return { plan: made, readState, before: { state, version } };
  } catch (error) {
    if (!isForeignFailure(error)) throw error;
    return undefined;
  }
}
