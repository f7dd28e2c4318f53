/** The layout of an answer under a state; each step is worked out again only when what it comes from is another. */
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { SessionAnswer } from '../../../src/query/api/session.ts';
import { parseFilter } from '../models/waterfall/filter-language.ts';
import { toMatches } from '../models/waterfall/filter-match.ts';
import { findSerialGroups, type SerialGroup } from '../models/waterfall/parallel.ts';
import type { SpanTree } from '../models/waterfall/span-tree.ts';
import type { WaterfallState } from '../models/waterfall/view-state.ts';
import { toVisibleRows } from '../models/waterfall/visible-rows.ts';
import { toFold, toSessionLayout, turnOf, type Layout } from './layout.ts';

export function useLayout(answer: SessionAnswer, state: WaterfallState, filter: string): Layout {
  const session = useMemo(() => toSessionLayout(answer), [answer]);
  const { tree, contextFill, rowOfId } = session;
  const selected = state.selected === undefined ? -1 : (rowOfId.get(state.selected) ?? -1);
  const root = state.grouping === 'turn' && tree.count > 0 ? turnOf(tree, Math.max(0, selected)) : undefined;
  const visible = useMemo(() => toVisibleRows(tree, { level: state.level, toggled: state.toggled }, root), [tree, state.level, state.toggled, root]);
  const fold = useMemo(() => toFold(tree, root, state.isTrueTime), [tree, root, state.isTrueTime]);
  const serialGroups = useSerialGroups(tree);
  const line = useDeferredValue(filter);
  const matches = useMemo(
    () => toMatches(tree, parseFilter(line).value, { prompts: answer.turns.map((turn) => turn.prompt), serialRows: new Set(serialGroups.keys()), contextFill }),
    [tree, line, answer, serialGroups, contextFill],
  );
  return useMemo(
    () => ({ ...session, fold, visible, from: root ?? 0, to: root === undefined ? tree.count : (tree.end[root] ?? tree.count), matches, serialGroups }),
    [session, fold, visible, root, tree, matches, serialGroups],
  );
}

const NONE: ReadonlyMap<number, SerialGroup> = new Map();

/** After the first picture: nobody misses them in it. */
function useSerialGroups(tree: SpanTree): ReadonlyMap<number, SerialGroup> {
  const [found, setFound] = useState<{ tree: SpanTree; groups: ReadonlyMap<number, SerialGroup> }>();
  useEffect(() => {
    const timer = setTimeout(() => setFound({ tree, groups: new Map(findSerialGroups(tree).flatMap((group) => group.rows.map((row) => [row, group] as const))) }), 50);
    return () => clearTimeout(timer);
  }, [tree]);
  return found?.tree === tree ? found.groups : NONE;
}
