/** What each key does. */
import { rootRows } from '../models/waterfall/span-tree.ts';
import type { WaterfallState } from '../models/waterfall/view-state.ts';
import { isFoldable, nextLevel, toggleRow } from '../models/waterfall/visible-rows.ts';
import type { KeyAction } from './keys.ts';
import { turnOf, type Layout } from './layout.ts';
import type { WaterfallView } from './view.ts';

export interface ActionContext {
  layout: Layout;
  state: WaterfallState;
  /** Row; -1: none. */
  selected: number;
  view: { readonly current: WaterfallView | null };
  onState: (change: Partial<WaterfallState>) => void;
  onOpen: ((spanId: string) => void) | undefined;
  select: (row: number) => void;
  step: (by: 1 | -1) => void;
  focusFilter: () => void;
}

const ZOOM = 1.6;
const PAN_PX = 120;

export function createActions(context: ActionContext): Readonly<Record<KeyAction, () => void>> {
  const { layout, state, selected, view, onState, onOpen, select, step, focusFilter } = context;
  const { tree, visible } = layout;
  const { rows } = visible;
  const position = selected < 0 ? -1 : (visible.positionOf[selected] ?? -1);
  const row = rows[position] ?? -1;
  const go = (to: number): void => select(rows[Math.max(0, Math.min(rows.length - 1, to))] ?? -1);
  const toggle = (): void => onState({ toggled: toggleRow(tree, state, row).toggled });
  const isClosed = row >= 0 && visible.collapsed[row] === 1;
  const page = (): number => view.current?.pageRows() ?? 20;
  return {
    'row-down': () => go(position + 1),
    'row-up': () => go(position < 0 ? 0 : position - 1),
    'page-down': () => go(position + page()),
    'page-up': () => go(position - page()),
    first: () => go(0),
    last: () => go(rows.length - 1),
    'open-branch': () => (isClosed ? toggle() : row >= 0 && isFoldable(tree, row) ? go(position + 1) : undefined),
    'close-branch': () => (row >= 0 && isFoldable(tree, row) && !isClosed ? toggle() : (tree.parent[row] ?? -1) >= layout.from ? select(tree.parent[row] ?? -1) : undefined),
    toggle: () => (row >= 0 && isFoldable(tree, row) ? toggle() : undefined),
    open: () => (tree.id[row] === undefined ? undefined : onOpen?.(tree.id[row])),
    'fit-span': () => (row >= 0 ? view.current?.fitRow(row) : undefined),
    'fit-all': () => view.current?.fitEverything(),
    follow: () => view.current?.toggleFollow(),
    'zoom-in': () => view.current?.zoom(ZOOM),
    'zoom-out': () => view.current?.zoom(1 / ZOOM),
    'pan-left': () => view.current?.pan(-PAN_PX),
    'pan-right': () => view.current?.pan(PAN_PX),
    'true-time': () => onState({ isTrueTime: !state.isTrueTime }),
    'next-match': () => step(1),
    'previous-match': () => step(-1),
    'previous-turn': () => toTurn(context, -1),
    'next-turn': () => toTurn(context, 1),
    collapse: () => onState(nextLevel(tree, state)),
    grouping: () => onState({ grouping: state.grouping === 'turn' ? 'session' : 'turn', t0: undefined, t1: undefined, selected: state.selected ?? tree.id[0] }),
    filter: focusFilter,
  };
}

/** In a turn's own view its window is left with it. */
function toTurn({ layout, state, selected, onState }: ActionContext, by: 1 | -1): void {
  const roots = rootRows(layout.tree);
  const at = selected < 0 ? -1 : roots.indexOf(turnOf(layout.tree, selected));
  // Back from inside a turn is to its beginning.
  const isInside = by === -1 && selected >= 0 && roots[at] !== selected;
  const next = roots[Math.max(0, Math.min(roots.length - 1, isInside ? at : at + by))];
  if (next !== undefined) onState({ selected: layout.tree.id[next], ...(state.grouping === 'turn' ? { t0: undefined, t1: undefined } : {}) });
}
