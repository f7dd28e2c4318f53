/** Agents give credits with up to nine decimals; what floating point adds behind them is noise. */
const DECIMALS = 1e9;

/** Credits as an agent would write them: nine decimals. To be called where they are summed or shown. */
export function roundCredits(credits: number): number {
  return Math.round(credits * DECIMALS) / DECIMALS;
}

/** One of an agent's own figures of what it charges, with its unit as it says it. */
export interface Metered {
  value: number;
  unit?: string;
  unitPlural?: string;
}
