/** Where the waterfall stands: what it shows is in the URL, but for what is collapsed and whether idle time is folded. */
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { Loading } from '../../components/notice.tsx';
import type { SessionParams, SetSessionParams } from '../../models/session/session-params.ts';
import { INITIAL_STATE, type WaterfallState } from '../../models/waterfall/view-state.ts';
import { useKeyHelp } from '../../shell/key-sheet.tsx';
import { WATERFALL_KEYS } from '../../waterfall/keys.ts';

/** Asked for with the page, not after its answer: it is what the page is for. */
const loading = import('../../waterfall/waterfall.tsx');
const Waterfall = lazy(async () => ({ default: (await loading).Waterfall }));

export interface SpanViewProps {
  answer: SessionAnswer;
  params: SessionParams;
  set: SetSessionParams;
}

export function SpanView({ answer, params, set }: SpanViewProps): ReactNode {
  const [own, setOwn] = useState(() => ({ level: INITIAL_STATE.level, toggled: INITIAL_STATE.toggled, isTrueTime: INITIAL_STATE.isTrueTime }));
  const { span, t0, t1, f, grouping } = params;
  const state = useMemo((): WaterfallState => ({ ...own, selected: span, t0, t1, filter: f ?? '', grouping: grouping ?? 'session' }), [own, span, t0, t1, f, grouping]);
  const change = useCallback(
    (next: Partial<WaterfallState>) => {
      const { level, toggled, isTrueTime } = next;
      if (level !== undefined || toggled !== undefined || isTrueTime !== undefined) {
        setOwn((before) => ({ level: level ?? before.level, toggled: toggled ?? before.toggled, isTrueTime: isTrueTime ?? before.isTrueTime }));
      }
      const inUrl = toUrl(next);
      if (Object.keys(inUrl).length > 0) set(inUrl);
    },
    [set],
  );
  useKeyHelp(WATERFALL_KEYS);
  return (
    <div className="min-h-0 flex-1 overflow-hidden rounded-lg border border-line bg-panel">
      <Suspense fallback={<Loading rows={12} />}>
        <Waterfall answer={answer} state={state} onState={change} />
        <FocusFirst />
      </Suspense>
    </div>
  );
}

/** Who comes with the keyboard goes on in the spans at once, unless the focus is somewhere already. */
function FocusFirst(): ReactNode {
  useEffect(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('[role=treegrid]')?.focus({ preventScroll: true });
  }, []);
  return null;
}

/** Only what is named changes; undefined takes it out. */
function toUrl(next: Partial<WaterfallState>): Partial<SessionParams> {
  const change: Partial<SessionParams> = {};
  if ('selected' in next) change.span = next.selected;
  for (const end of ['t0', 't1'] as const) if (end in next) change[end] = next[end] === undefined ? undefined : Math.round(next[end]);
  if (next.filter !== undefined) change.f = next.filter === '' ? undefined : next.filter;
  if (next.grouping !== undefined) change.grouping = next.grouping === 'turn' ? 'turn' : undefined;
  return change;
}
