/** A session as a waterfall: the strip, the filter, the rows. What it shows stands in `state`, which its page keeps. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import type { SessionAnswer } from '../../../src/query/api/session.ts';
import { nextMatch } from '../models/waterfall/filter-match.ts';
import { toNames } from '../models/waterfall/filter-suggest.ts';
import type { WaterfallState } from '../models/waterfall/view-state.ts';
import { revealRow, toggleRow } from '../models/waterfall/visible-rows.ts';
import { createActions } from './actions.ts';
import { FilterLine } from './filter-line.tsx';
import { IconSprite } from './icons.tsx';
import { actionOf } from './keys.ts';
import type { Layout } from './layout.ts';
import { Legend, Splitter, Tools } from './pieces.tsx';
import { useLayout } from './use-layout.ts';
import { usePointer } from './use-pointer.ts';
import { createWaterfallView, type WaterfallView } from './view.ts';
import './waterfall.css';

export interface WaterfallProps {
  answer: SessionAnswer;
  state: WaterfallState;
  /** What changed. `t0` and `t1` come when the window rests. */
  onState: (change: Partial<WaterfallState>) => void;
  /** Enter, or a click. */
  onOpen?: (spanId: string) => void;
}

export function Waterfall(props: WaterfallProps): ReactNode {
  const { answer, state, onState } = props;
  const prefix = `wf${useId().replace(/[^a-zA-Z0-9]/g, '')}`;
  const [filter, setFilter] = useFilterDraft(state.filter, onState);
  const layout = useLayout(answer, state, filter);
  const names = useMemo(() => toNames(layout.tree), [layout.tree]);
  const hasEstimated = useMemo(() => Object.values(answer.details).some(({ estimated }) => estimated), [answer]);
  const elements = useElements();
  const view = useView(elements, prefix, { layout, state, onState });
  const input = useRef<HTMLInputElement>(null);
  const { actions, step, press } = useActing(props, layout, { elements, view, input });
  return (
    <section className="wf" aria-label="Waterfall">
      <IconSprite prefix={prefix} />
      <div className="wf-bar">
        <FilterLine value={filter} onChange={setFilter} names={names} matches={layout.matches} onStep={step} onLeave={() => elements.scroller.current?.focus()} inputRef={input} />
        <Tools
          state={state} onCollapse={actions.collapse} onGrouping={actions.grouping} onTrueTime={actions['true-time']} onZoom={(factor) => view.current?.zoom(factor)}
          onFit={actions['fit-all']} onFollow={actions.follow}
        />
      </div>
      <canvas ref={elements.strip} className="wf-strip" role="img" aria-label={toStripLabel(layout)} />
      <div className="wf-head">
        <span className="wf-head-label">Span</span>
        <canvas ref={elements.axis} className="wf-axis" aria-hidden="true" />
      </div>
      <div
        ref={elements.scroller} className="wf-scroll" role="treegrid" tabIndex={0} aria-label="Spans of the session" aria-rowcount={layout.visible.rows.length}
        aria-readonly="true" onKeyDown={press}
      >
        <div ref={elements.stage} className="wf-stage" role="presentation">
          <div ref={elements.rowHost} className="wf-rows" role="rowgroup" />
          <canvas ref={elements.bars} className="wf-bars" aria-hidden="true" />
        </div>
        <div ref={elements.spacer} className="wf-spacer" role="presentation" />
      </div>
      <Splitter />
      <Legend rows={layout.visible.rows.length} spans={layout.tree.count} serial={layout.serialGroups} hasEstimated={hasEstimated} onSerial={() => setFilter('serial')} />
    </section>
  );
}

interface Acting {
  actions: ReturnType<typeof createActions>;
  step: (by: 1 | -1) => void;
  press: (event: KeyboardEvent) => void;
}

/** What keys, buttons and the mouse do. */
function useActing({ state, onState, onOpen }: WaterfallProps, layout: Layout, { elements, view, input }: { elements: Elements; view: RefObject<WaterfallView | null>; input: RefObject<HTMLInputElement | null> }): Acting {
  const selected = state.selected === undefined ? -1 : (layout.rowOfId.get(state.selected) ?? -1);
  useReveal(view, { layout, selected, state, onState });
  const select = (row: number): void => {
    const id = layout.tree.id[row];
    if (id !== undefined) onState({ selected: id });
  };
  const step = (by: 1 | -1): void => {
    const row = layout.matches ? nextMatch(layout.matches, selected, by) : -1;
    if (row < 0) return;
    const { level, toggled } = revealRow(layout.tree, state, row);
    onState({ selected: layout.tree.id[row], level, toggled });
  };
  const actions = createActions({ layout, state, selected, view, onState, onOpen, select, step, focusFilter: () => input.current?.focus() });
  const press = (event: KeyboardEvent): void => {
    const action = actionOf(event);
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    actions[action]();
  };
  const click = (row: number, { isTwisty, isDouble }: { isTwisty: boolean; isDouble: boolean }): void => {
    const id = layout.tree.id[row];
    if (id === undefined) return;
    if (isDouble) view.current?.fitRow(row);
    else if (isTwisty) onState({ toggled: toggleRow(layout.tree, state, row).toggled, selected: id });
    else {
      select(row);
      onOpen?.(id);
    }
  };
  // The mouse is listened to once, and asks what it does now.
  const latest = useRef(click);
  useEffect(() => void (latest.current = click));
  const pointer = useMemo(
    () => ({ ...elements, view, window: () => view.current?.window(), onRow: (row: number, how: { isTwisty: boolean; isDouble: boolean }): void => latest.current(row, how) }),
    [elements, view],
  );
  usePointer(pointer);
  return { actions, step, press };
}

interface Elements {
  scroller: RefObject<HTMLDivElement | null>;
  stage: RefObject<HTMLDivElement | null>;
  rowHost: RefObject<HTMLDivElement | null>;
  spacer: RefObject<HTMLDivElement | null>;
  bars: RefObject<HTMLCanvasElement | null>;
  axis: RefObject<HTMLCanvasElement | null>;
  strip: RefObject<HTMLCanvasElement | null>;
}

function useElements(): Elements {
  const [scroller, stage, rowHost, spacer] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  const [bars, axis, strip] = [useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null)];
  return useMemo(() => ({ scroller, stage, rowHost, spacer, bars, axis, strip }), [scroller, stage, rowHost, spacer, bars, axis, strip]);
}

/** Typing shows at once; the page hears of it when a pause is made. */
function useFilterDraft(value: string, onState: WaterfallProps['onState']): [string, (next: string) => void] {
  const [draft, setDraft] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) setDraft(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (draft === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = draft;
      onState({ filter: draft });
    }, 250);
    return () => clearTimeout(timer);
  }, [draft, onState]);
  return [draft, setDraft];
}

interface Shown {
  layout: Layout;
  state: WaterfallState;
  onState: WaterfallProps['onState'];
}

function useView(elements: Elements, prefix: string, { layout, state, onState }: Shown): RefObject<WaterfallView | null> {
  const view = useRef<WaterfallView>(null);
  const tell = useRef(onState);
  tell.current = onState;
  /** What the page was told last: when it comes back it is no news. */
  const told = useRef<{ t0?: number; t1?: number }>({});
  useEffect(() => {
    const { scroller, stage, rowHost, spacer, bars, axis, strip } = elements;
    if (!scroller.current || !stage.current || !rowHost.current || !spacer.current || !bars.current || !axis.current || !strip.current) return undefined;
    const own = { scroller: scroller.current, stage: stage.current, rowHost: rowHost.current, spacer: spacer.current, bars: bars.current, axis: axis.current, strip: strip.current };
    view.current = createWaterfallView(own, prefix, {
      windowChanged: (window) => {
        told.current = { t0: window.t0, t1: window.t1 };
        tell.current(told.current);
      },
    });
    return () => {
      view.current?.close();
      view.current = null;
    };
  }, [elements, prefix]);
  const selectedRow = state.selected === undefined ? -1 : (layout.rowOfId.get(state.selected) ?? -1);
  const selected = selectedRow < 0 ? -1 : (layout.visible.rows[layout.visible.positionOf[selectedRow] ?? -1] ?? -1);
  useEffect(() => {
    const isNews = state.t0 !== told.current.t0 || state.t1 !== told.current.t1;
    told.current = { t0: state.t0, t1: state.t1 };
    view.current?.update(layout, { selected, isTrueTime: state.isTrueTime, ...(isNews ? { window: { t0: state.t0, t1: state.t1 } } : {}) });
  }, [layout, selected, state.t0, state.t1, state.isTrueTime, state]);
  return view;
}

/** A span that is selected from elsewhere is brought onto the screen, whatever hides it. */
function useReveal(view: RefObject<WaterfallView | null>, { layout, selected, state, onState }: Shown & { selected: number }): void {
  const seen = useRef(-1);
  useEffect(() => {
    if (selected < 0 || seen.current === selected) return;
    seen.current = selected;
    const open = revealRow(layout.tree, state, selected);
    if (open !== state && open.toggled !== state.toggled) onState({ toggled: open.toggled });
    view.current?.reveal(selected);
  }, [view, layout, selected, state, onState]);
}

function toStripLabel({ answer, tree }: Layout): string {
  const { errors, denied } = answer.session;
  return `Overview of the session: ${tree.count} spans, ${answer.turns.length} turns, ${errors} errors, ${denied} denied calls`;
}
