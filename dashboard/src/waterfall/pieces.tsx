/** The small pieces around the waterfall: buttons, the line between its columns, what the colours mean. */
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { SerialGroup } from '../models/waterfall/parallel.ts';
import { formatCount, plural } from '../models/format.ts';
import type { WaterfallState } from '../models/waterfall/view-state.ts';

export interface ToolsProps {
  state: WaterfallState;
  onCollapse: () => void;
  onGrouping: () => void;
  onTrueTime: () => void;
  onZoom: (factor: number) => void;
  onFit: () => void;
  onFollow: () => void;
}

const LEVELS: Readonly<Record<WaterfallState['level'], string>> = { none: 'All open', subagents: 'Subagents closed', turns: 'Turns closed' };

export function Tools({ state, onCollapse, onGrouping, onTrueTime, onZoom, onFit, onFollow }: ToolsProps): ReactNode {
  return (
    <div className="wf-tools" role="toolbar" aria-label="View">
      <button type="button" title="Collapse (c)" onClick={onCollapse}>{LEVELS[state.level]}</button>
      <button type="button" title="This turn alone (t)" aria-pressed={state.grouping === 'turn'} onClick={onGrouping}>One turn</button>
      <button type="button" title="True time (g)" aria-pressed={state.isTrueTime} onClick={onTrueTime}>True time</button>
      <span className="wf-zoom">
        <button type="button" aria-label="Zoom out (s)" title="Zoom out (s)" onClick={() => onZoom(1 / 1.6)}>−</button>
        <button type="button" aria-label="Zoom in (w)" title="Zoom in (w)" onClick={() => onZoom(1.6)}>+</button>
        <button type="button" title="Fit all (0)" onClick={onFit}>Fit all</button>
        <button type="button" title="The time of the rows on the screen (r)" aria-pressed={state.t0 === undefined} onClick={onFollow}>Follow rows</button>
      </span>
    </div>
  );
}

const NARROWEST_PERCENT = 15;
const WIDEST_PERCENT = 75;

/** Moves the line between the tree and the bars; keys do it too. */
export function Splitter(): ReactNode {
  const line = useRef<HTMLDivElement>(null);
  const [percent, setPercent] = useState<number>();
  const set = (next: number): void => {
    const bounded = Math.round(Math.max(NARROWEST_PERCENT, Math.min(WIDEST_PERCENT, next)) * 10) / 10;
    setPercent(bounded);
    line.current?.closest<HTMLElement>('.wf')?.style.setProperty('--wf-tree', `${bounded}%`);
  };
  const drag = (event: PointerEvent): void => {
    const box = line.current?.closest('.wf')?.getBoundingClientRect();
    if (event.buttons === 1 && box) set(((event.clientX - box.left) / box.width) * 100);
  };
  const press = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -2 : event.key === 'ArrowRight' ? 2 : 0;
    if (by === 0) return;
    event.preventDefault();
    set((percent ?? 36) + by);
  };
  return (
    // A separator that takes the focus is a control: ARIA says so.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div
      ref={line} className="wf-splitter" role="separator" tabIndex={0} aria-orientation="vertical" aria-label="Width of the tree" aria-valuemin={NARROWEST_PERCENT} aria-valuemax={WIDEST_PERCENT}
      aria-valuenow={Math.round(percent ?? 36)} onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag} onKeyDown={press}
    />
  );
}

export interface LegendProps {
  rows: number;
  spans: number;
  serial: ReadonlyMap<number, SerialGroup>;
  /** Some bars stand where they are estimated to. */
  hasEstimated: boolean;
  onSerial: () => void;
}

export function Legend({ rows, spans, serial, hasEstimated, onSerial }: LegendProps): ReactNode {
  const groups = new Set(serial.values());
  return (
    <div className="wf-legend">
      {[['ok', 'ran'], ['model', 'model'], ['wait', 'waiting for a person'], ['error', 'error'], ['deny', 'denied'], ['idle', 'idle, folded']].map(([tone, word]) => (
        <span key={tone} className="wf-key"><i data-tone={tone} aria-hidden="true" />{word}</span>
      ))}
      {hasEstimated && <span className="wf-key" title="Nobody told when it began or ended: its time is estimated, and counts nowhere"><i data-tone="estimated" aria-hidden="true" />somewhere here</span>}
      <span className="wf-key"><i data-tone="compaction" aria-hidden="true" />context compacted</span>
      {groups.size > 0 && <button type="button" className="wf-serial" onClick={onSerial}>∥ {plural(groups.size, 'group')} of calls could have run at once</button>}
      <span className="wf-count">{rows === spans ? plural(spans, 'span') : `${formatCount(rows)} of ${plural(spans, 'span')}`}</span>
    </div>
  );
}
