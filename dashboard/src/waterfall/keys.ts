/** The keys of the waterfall: what the sheet shows, and what each does. */

export type KeyAction =
  | 'row-down' | 'row-up' | 'page-down' | 'page-up' | 'first' | 'last' | 'open-branch' | 'close-branch' | 'toggle' | 'open' | 'fit-span' | 'fit-all' | 'zoom-in' | 'zoom-out'
  | 'pan-left' | 'pan-right' | 'true-time' | 'follow' | 'next-match' | 'previous-match' | 'previous-turn' | 'next-turn' | 'collapse' | 'grouping' | 'filter';

interface KeyLine {
  /** As `KeyboardEvent.key` has them. */
  on: Readonly<Record<string, KeyAction>>;
  keys: string;
  does: string;
}

const LINES: readonly KeyLine[] = [
  { on: { ArrowDown: 'row-down', j: 'row-down', ArrowUp: 'row-up', k: 'row-up' }, keys: '↓ ↑ j k', does: 'next, previous row' },
  { on: { ArrowRight: 'open-branch', ArrowLeft: 'close-branch' }, keys: '→ ←', does: 'open or close a row; into it, out of it' },
  { on: { PageDown: 'page-down', PageUp: 'page-up', Home: 'first', End: 'last' }, keys: 'PgDn PgUp Home End', does: 'further' },
  { on: { '[': 'previous-turn', ']': 'next-turn' }, keys: '[ ]', does: 'previous, next turn' },
  { on: { Enter: 'open' }, keys: 'Enter', does: 'open the span' },
  { on: { ' ': 'toggle' }, keys: 'Space', does: 'open or close a row' },
  { on: { c: 'collapse' }, keys: 'c', does: 'collapse subagents, turns, nothing' },
  { on: { t: 'grouping' }, keys: 't', does: 'this turn alone, or all' },
  { on: { f: 'fit-span' }, keys: 'f, double-click', does: 'fit the span' },
  { on: { '0': 'fit-all' }, keys: '0', does: 'fit all' },
  { on: { r: 'follow' }, keys: 'r', does: 'time of the rows on the screen, or all' },
  { on: { w: 'zoom-in', s: 'zoom-out', '+': 'zoom-in', '-': 'zoom-out' }, keys: 'w s, Ctrl wheel', does: 'zoom in, out' },
  { on: { a: 'pan-left', d: 'pan-right' }, keys: 'a d, drag', does: 'earlier, later' },
  { on: { g: 'true-time' }, keys: 'g', does: 'true time, or idle time folded' },
  { on: { '/': 'filter' }, keys: '/', does: 'filter' },
  { on: { n: 'next-match', N: 'previous-match' }, keys: 'n N', does: 'next, previous match' },
];

const ACTIONS: ReadonlyMap<string, KeyAction> = new Map(LINES.flatMap(({ on }) => Object.entries(on)));

/** A group of keys as the shell's sheet of keys takes it. */
export const WATERFALL_KEYS: { title: string; keys: readonly { keys: string; does: string }[] } = {
  title: 'Waterfall', keys: LINES.map(({ keys, does }) => ({ keys, does })),
};

/** What a key does here; undefined: nothing, or it belongs to the browser. */
export function actionOf(event: { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }): KeyAction | undefined {
  return event.ctrlKey || event.metaKey || event.altKey ? undefined : ACTIONS.get(event.key);
}
