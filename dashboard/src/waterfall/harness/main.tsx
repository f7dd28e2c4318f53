/** The waterfall alone, over a made-up session: `?spans=2000&seed=1&theme=dark&live`; or the viewers, over made-up spans: `?panels`. For tests and for looking at it. */
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { INITIAL_STATE, type WaterfallState } from '../../models/waterfall/view-state.ts';
import { SpanContent } from '../../viewers/span-content.tsx';
import { Waterfall } from '../waterfall.tsx';
import { generateSession } from './generate-session.ts';
import { SAMPLE_NAMES, sampleSpan } from './sample-spans.ts';
import '../../theme.css';

const asked = new URLSearchParams(location.search);
document.documentElement.dataset.theme = asked.get('theme') ?? 'light';

declare global {
  interface Window {
    /** What tests read: the state a page would keep, the spans that were opened, ms from data to the first picture. */
    waterfall: { state: WaterfallState; opened: string[]; paintMillis?: number };
  }
}

function Harness(): ReactNode {
  const answer = useMemo(() => generateSession({ seed: Number(asked.get('seed') ?? 1), spans: Number(asked.get('spans') ?? 2000), ...(asked.has('live') ? { liveAtMillis: Date.now() } : {}) }), []);
  const [state, setState] = useState<WaterfallState>({ ...INITIAL_STATE, filter: asked.get('f') ?? '', ...(asked.has('span') ? { selected: answer.spans.id[Number(asked.get('span'))] } : {}) });
  const change = useCallback((patch: Partial<WaterfallState>) => setState((old) => ({ ...old, ...patch })), []);
  const open = useCallback((spanId: string) => void window.waterfall.opened.push(spanId), []);
  window.waterfall = { opened: [], ...(window.waterfall as Window['waterfall'] | undefined), state };
  const [isShown, setShown] = useState(false);
  useEffect(() => setShown(true), []);
  return <div className="h-dvh p-2">{isShown && <Timed><Waterfall answer={answer} state={state} onState={change} onOpen={open} /></Timed>}</div>;
}

/** From the moment the data is there to the frame behind the one it was painted in. */
function Timed({ children }: { children: ReactNode }): ReactNode {
  const [from] = useState(() => performance.now());
  useEffect(() => {
    requestAnimationFrame(() => requestAnimationFrame(() => (window.waterfall.paintMillis ??= performance.now() - from)));
  }, [from]);
  return children;
}

function Panels(): ReactNode {
  return SAMPLE_NAMES.map((name) => (
    <article key={name} id={name} aria-label={name} className="m-2 rounded border border-line bg-panel p-3">
      <h2 className="mb-2 font-semibold">{name}</h2>
      <SpanContent span={sampleSpan(name)} />
    </article>
  ));
}

const root = document.getElementById('root');
if (root) createRoot(root).render(asked.has('panels') ? <Panels /> : <Harness />);
