/** One session as a page: its head, the waterfall, what it came to, and the span that is chosen; its turns below. */
import { Moon, Sun } from 'lucide-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { ShareJson } from '../../../src/query/api/share.ts';
import { Button } from '../components/button.tsx';
import { formatMoment } from '../models/format.ts';
import { INITIAL_STATE, type WaterfallState } from '../models/waterfall/view-state.ts';
import { SessionHead } from '../pages/session/session-head.tsx';
import { SessionRail } from '../pages/session/session-rail.tsx';
import { SidePanel } from '../pages/session/side-panel.tsx';
import { SpanPanel } from '../pages/session/span-panel.tsx';
import { TurnsTab } from '../pages/session/turns-tab.tsx';
import { useTheme } from '../shell/theme.ts';
import { Waterfall } from '../waterfall/waterfall.tsx';

export function SharePage({ json }: { json: ShareJson }): ReactNode {
  const { session: answer } = json;
  const [state, setState] = useState<WaterfallState>(INITIAL_STATE);
  const change = useCallback((next: Partial<WaterfallState>) => setState((before) => ({ ...before, ...next })), []);
  const choose = useCallback((selected: string | undefined) => change({ selected }), [change]);
  const showTurn = useCallback((selected: string) => {
    change({ selected, t0: undefined, t1: undefined });
    scrollTo({ top: 0 });
  }, [change]);
  return (
    <main className="share mx-auto flex max-w-[110rem] flex-col gap-3 p-3">
      <div>
        <SessionHead answer={answer} />
        <Provenance json={json} />
      </div>
      <div className="share-view flex min-h-0 flex-col gap-3 lg:flex-row">
        <div className="share-waterfall min-h-0 min-w-0 flex-1 overflow-hidden rounded-lg border border-line bg-panel">
          <Waterfall answer={answer} state={state} onState={change} />
        </div>
        <SidePanel isLayer={state.selected !== undefined} onClose={() => choose(undefined)}>
          {state.selected === undefined ? <SessionRail answer={answer} onSpan={choose} /> : <SpanPanel spanId={state.selected} answer={answer} onClose={() => choose(undefined)} />}
        </SidePanel>
      </div>
      <TurnsTab answer={answer} onTurn={showTurn} />
      <Licences />
    </main>
  );
}

/** What this file is, and how much of the session is in it. */
function Provenance({ json: { exportedMillis, content, version } }: { json: ShareJson }): ReactNode {
  const { theme, toggle } = useTheme();
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-2 text-xs text-muted">
      <span>
        Exported {formatMoment(exportedMillis)} by spoor {version} · texts: {content} · everything is in this file, nothing is fetched
      </span>
      <Button isIcon className="share-theme" aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'} title={theme === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggle}>
        {theme === 'dark' ? <Sun aria-hidden className="size-4" /> : <Moon aria-hidden className="size-4" />}
      </Button>
    </p>
  );
}

/** What this page is made of; it stands in the file as plain text. */
function Licences(): ReactNode {
  return (
    <details className="share-licences text-xs text-muted">
      <summary className="cursor-pointer">Licences of the libraries in this file</summary>
      <pre tabIndex={0} aria-label="Licences" className="mt-2 max-h-96 overflow-auto rounded-lg border border-line bg-panel p-3 whitespace-pre-wrap">{document.getElementById('licenses')?.textContent}</pre>
    </details>
  );
}
