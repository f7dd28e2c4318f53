/** What a person can do about what was not understood. */

const ADVICE: readonly (readonly [codes: RegExp, advice: string])[] = [
  [/^unknown-/, 'A newer version of the agent may write this. Update spoor and import again; tell us if it stays.'],
  [/^(?:unreadable|no-database)/, 'See that you may read it, then import again.'],
  [/^database-busy/, 'The agent is writing to it. Import again when it is done.'],
  [/^(?:bad-|record-not-an-object|no-|truncated)/, 'Broken or half-written by the agent. All else was read; there is nothing to do.'],
  [/(?:too-large|too-long|too-deep)$/, 'More than any known agent writes. All else was read; there is nothing to do.'],
  [/-failed$/, 'This is a fault of spoor: please tell us. All else was read; it is tried again at the next import.'],
];

/** A sentence or two for a problem's code; undefined where there is nothing to say. */
export function toAdvice(code: string): string | undefined {
  return ADVICE.find(([codes]) => codes.test(code))?.[1];
}
