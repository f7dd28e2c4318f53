/** What a waterfall shows, as a page keeps it in its address. */
import type { Collapse } from './visible-rows.ts';

export interface WaterfallState extends Collapse {
  /** The selected span's id. */
  selected?: string;
  /** The time window in ms after the session's start. Without t1 it goes to the end; without both it is that of the rows on the screen. */
  t0?: number;
  t1?: number;
  filter: string;
  /** session: all turns on one axis · turn: the selected one alone. */
  grouping: 'session' | 'turn';
  /** Gaps are not folded. */
  isTrueTime: boolean;
}

export const INITIAL_STATE: WaterfallState = { level: 'none', toggled: [], filter: '', grouping: 'session', isTrueTime: false };
