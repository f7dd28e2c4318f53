/** Lets go of what the configuration says is old: in small transactions, so that what comes in live waits for none of them. */
import type { KeepSettings } from '../../config/parse-store.ts';
import { millisToNano } from '../../core/time.ts';
import type { PastTurn } from '../../store/past.ts';
import type { KeepPart, Retention } from '../../store/retention.ts';

/** One transaction, without its commit. */
const STEP_MILLIS = 15;
/** Of a session that was in use since, nothing goes for the sake of size: somebody may be working in it. */
const IN_USE_MILLIS = 86_400_000;
/** Given back to the disk in one step: moving as many pages takes about as long. */
const STEP_BYTES = 1 << 19;

export interface KeepTotals {
  /** Turns whose texts went, and those whose spans went. */
  contentTurns: number;
  spanTurns: number;
  /** Spans that went. */
  spans: number;
  /** Bytes given back to the disk. */
  bytes: number;
  /** More than `size` is in use, and nothing that may go is left. */
  isOverSize: boolean;
}

export interface Keeper {
  totals: Readonly<KeepTotals>;
  /** Some 20 milliseconds of work. False: it is through. */
  step(): boolean;
}

interface Phase {
  part: KeepPart;
  beforeUnixNano: bigint;
  /** Only while more is in use than `size` says. */
  isForSize: boolean;
}

/** One round over the store. What waits for a destination, is held for one or is not over stays, whatever the settings. */
export function createKeeper(store: Retention, { contentMillis, spansMillis, bytes }: KeepSettings, nowMillis: number): Keeper {
  const totals: KeepTotals = { contentTurns: 0, spanTurns: 0, spans: 0, bytes: 0, isOverSize: false };
  const isSmall = (): boolean => bytes === undefined || store.readSize().usedBytes <= bytes;
  const ago = (millis: number): bigint => millisToNano(Math.max(0, nowMillis - millis));
  const phases: Phase[] = [
    ...(spansMillis === undefined ? [] : [{ part: 'spans' as const, beforeUnixNano: ago(spansMillis), isForSize: false }]),
    ...(contentMillis === undefined ? [] : [{ part: 'content' as const, beforeUnixNano: ago(contentMillis), isForSize: false }]),
    ...(bytes === undefined ? [] : (['content', 'spans'] as const).map((part) => ({ part, beforeUnixNano: ago(0), isForSize: true }))),
  ];
  let after: PastTurn['place'] | undefined;
  const work = ({ part, beforeUnixNano, isForSize }: Phase): boolean => {
    if (isForSize && isSmall()) return false;
    const dropped = store.drop(part, { beforeUnixNano, after, untilMillis: performance.now() + STEP_MILLIS, ...(isForSize ? { isEnough: isSmall, idleSinceUnixNano: ago(IN_USE_MILLIS) } : {}) });
    totals[part === 'content' ? 'contentTurns' : 'spanTurns'] += dropped.turns;
    if (part === 'spans') totals.spans += dropped.spans;
    after = dropped.after;
    return after !== undefined;
  };
  return {
    totals,
    step() {
      const [phase] = phases;
      if (!phase) {
        const given = store.giveBack(STEP_BYTES);
        totals.bytes += given;
        totals.isOverSize = !isSmall();
        return given > 0;
      }
      if (work(phase)) return true;
      phases.shift();
      after = undefined;
      return true;
    },
  };
}
