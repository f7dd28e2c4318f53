/** What an older version wrote otherwise; and the collector's own round over the store, once a day, a step at a time while nothing else is to be done. */
import type { AgentEnvironment } from '../../agents/agent.ts';
import { loadConfig } from '../../config/config.ts';
import type { Home } from '../../config/home.ts';
import type { Log } from '../../config/log.ts';
import type { Retention } from '../../store/retention.ts';
import { createKeeper, type Keeper } from './keeper.ts';

const ROUND_MILLIS = 86_400_000;
/** One transaction that renews turns, without its commit. */
const RENEWAL_MILLIS = 15;
/** As it stands in the store. */
export const UPKEEP = 'retention';

export interface Upkeep {
  /** One step, where a round is due or under way. Returns whether there is more to do soon. */
  step(): boolean;
}

/** A store that is new is left alone for a day: what was imported of years ago can be looked at, and `store.keep` be said. */
function readLast(store: Retention, nowMillis: number): number {
  const last = store.readUpkeep(UPKEEP);
  if (last === undefined) store.saveUpkeep(UPKEEP, nowMillis);
  return last ?? nowMillis;
}

/** A round that is cut off begins anew with the next collector: what went already is passed over. */
export function createUpkeep({ home, environment, store, log, nowMillis }: { home: Home; environment: AgentEnvironment; store: Retention; log: Log; nowMillis(): number }): Upkeep {
  let keeper: Keeper | undefined;
  let nextMillis: number | undefined;
  let isRenewed = false;
  return {
    step() {
      // First, for pages are drawn from them. Once all are renewed all will be.
      isRenewed ||= !store.renewTurns(performance.now() + RENEWAL_MILLIS);
      if (!isRenewed) return true;
      nextMillis ??= readLast(store, nowMillis()) + ROUND_MILLIS;
      // A clock that was set back must not put it off for long.
      if (!keeper && nowMillis() < nextMillis && nextMillis - nowMillis() <= ROUND_MILLIS) return false;
      keeper ??= createKeeper(store, loadConfig(home, environment).value.keep, nowMillis());
      if (keeper.step()) return true;
      const { contentTurns, spanTurns, bytes, isOverSize } = keeper.totals;
      if (contentTurns + spanTurns > 0) log.info(`retention: the texts of ${contentTurns} turns and the spans of ${spanTurns} went, ${bytes} bytes given back`);
      if (isOverSize) log.error('the store is larger than store.keep.size says, and all that is left is newer, not over, or waits for a destination');
      store.saveUpkeep(UPKEEP, nowMillis());
      keeper = undefined;
      nextMillis = undefined;
      return false;
    },
  };
}
