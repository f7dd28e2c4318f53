/** The version of this program; `scripts/check.ts` holds it equal to package.json. */
export const VERSION = '0.1.0';

/** The version of what assembly makes of facts. Raise it when equal facts give different spans: stored rows are then rewritten. */
export const ASSEMBLER_VERSION = 5;

/** The version of the price list; `scripts/check.ts` holds it equal to package.json. With another one, histories are read again: see `importHistory`. */
export const PRICE_LIST_VERSION = '0.1.8';
