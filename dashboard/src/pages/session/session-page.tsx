/** The page of one session: its head, the waterfall, its turns, what is known of it, how the agent was set up; and the span that is chosen. */
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { useCallback, useMemo, type ReactNode } from 'react';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { useSession } from '../../api/use-session.ts';
import { Answer } from '../../components/notice.tsx';
import { parseSessionParams, TABS, type SessionParams, type SessionTab, type SetSessionParams } from '../../models/session/session-params.ts';
import { ConfigTab } from './config-tab.tsx';
import { CoverageTab } from './coverage-tab.tsx';
import { SessionHead } from './session-head.tsx';
import { SessionRail } from './session-rail.tsx';
import { SidePanel } from './side-panel.tsx';
import { SpanPanel } from './span-panel.tsx';
import { SpanView } from './span-view.tsx';
import { TurnsTab } from './turns-tab.tsx';

const LABELS: Readonly<Record<SessionTab, string>> = { waterfall: 'Waterfall', turns: 'Turns', coverage: 'Coverage', config: 'Config' };

export function SessionPage(): ReactNode {
  const { agent, sessionId } = useParams({ from: '/sessions/$agent/$sessionId' });
  const query = useSession(agent, sessionId);
  return <Answer query={query}>{(answer) => <Session key={`${agent}/${sessionId}`} answer={answer} />}</Answer>;
}

function Session({ answer }: { answer: SessionAnswer }): ReactNode {
  const { params, set } = useSessionParams();
  const tab = params.tab ?? 'waterfall';
  const choose = useCallback((span: string | undefined) => set({ span }), [set]);
  const showTurn = useCallback((span: string) => set({ span, tab: undefined, t0: undefined, t1: undefined }), [set]);
  return (
    <div className="flex min-h-full flex-col lg:h-full">
      <SessionHead answer={answer} />
      <Tabs.Root value={tab} onValueChange={(next) => set({ tab: next === 'waterfall' ? undefined : (next as SessionTab) })} className="flex min-h-0 flex-1 flex-col">
        <Tabs.List aria-label="Views of the session" className="mb-2 flex gap-1 border-b border-line">
          {TABS.map((one) => (
            <Tabs.Trigger key={one} value={one} className="-mb-px h-8 border-b-2 border-transparent px-2.5 text-muted hover:text-text data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text">
              {LABELS[one]}
              {one === 'turns' && <span className="ml-1 text-xs text-muted">{answer.turns.length}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <div className="flex min-h-0 flex-1 flex-col gap-3 lg:flex-row">
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">
            <Tabs.Content value="waterfall" tabIndex={-1} className="flex min-h-0 flex-1 flex-col max-lg:h-[32rem] max-lg:flex-none">
              <SpanView answer={answer} params={params} set={set} />
            </Tabs.Content>
            <Tabs.Content value="turns" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto">
              <TurnsTab answer={answer} onTurn={showTurn} />
            </Tabs.Content>
            <Tabs.Content value="coverage" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto">
              <CoverageTab answer={answer} />
            </Tabs.Content>
            <Tabs.Content value="config" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto">
              <ConfigTab config={answer.config} />
            </Tabs.Content>
          </div>
          {tab === 'waterfall' && (
            <SidePanel isLayer={params.span !== undefined} onClose={() => choose(undefined)}>
              {params.span === undefined ? <SessionRail answer={answer} onSpan={choose} /> : <SpanPanel spanId={params.span} answer={answer} onClose={() => choose(undefined)} />}
            </SidePanel>
          )}
        </div>
      </Tabs.Root>
    </div>
  );
}

function useSessionParams(): { params: SessionParams; set: SetSessionParams } {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const key = JSON.stringify(parseSessionParams(raw));
  const navigate = useNavigate();
  const params = useMemo(() => JSON.parse(key) as SessionParams, [key]);
  const set = useCallback<SetSessionParams>((change) => void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, ...change }), replace: true }), [navigate]);
  return { params, set };
}
