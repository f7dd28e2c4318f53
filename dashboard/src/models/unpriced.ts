/** Why a request has no price → the words of the pages. */

const REASONS: Readonly<Record<string, string>> = {
  'no-request': 'no model was asked',
  'no-usage': 'no tokens were counted for each',
  'no-input-tokens': 'only output tokens were counted',
  'no-output-tokens': 'only input tokens were counted',
  'inconsistent-usage': 'their tokens do not add up',
  'no-model': 'no model is told',
  'unknown-model': 'not in the price list',
  'unknown-provider': 'nobody tells who sold it',
  'no-time': 'nobody tells when, and the price changed',
  'special-tier': 'no price is listed for their service tier',
  'no-search-price': 'the price of a web search is not listed',
  'no-list-price': 'no price by tokens is listed',
  'not-by-token': 'charged in a unit of its own, and nobody tells how much',
};

/** One that a newer server has stands as it is. */
export function toReasonWords(reason: string): string {
  return REASONS[reason] ?? reason;
}
