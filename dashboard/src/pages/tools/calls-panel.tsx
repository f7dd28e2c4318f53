/** The calls behind a row: the slowest, the failed, the denied, the newest. Each leads into its waterfall. */
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import type { CallRow, CallsAnswer, CallsQuery, ToolsQuery } from '../../../../src/query/api/tools.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { OutcomeTag } from '../../components/outcome-tag.tsx';
import { Panel } from '../../components/panel.tsx';
import { SpanLink } from '../../components/span-link.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatDuration, formatMoment } from '../../models/format.ts';

const WHICH: readonly { value: CallsQuery['which']; label: string }[] = [
  { value: 'slowest', label: 'Slowest' },
  { value: 'failed', label: 'Failed' },
  { value: 'denied', label: 'Denied' },
  { value: 'newest', label: 'Newest' },
];
const MOST = 20;
const NOTES: Readonly<Record<CallsQuery['which'], string>> = { slowest: `the ${MOST} that ran longest`, failed: `the newest ${MOST} that failed`, denied: `the newest ${MOST} that were denied`, newest: `the newest ${MOST}` };

export interface CallsPanelProps {
  query: ToolsQuery;
  name: string | undefined;
  which: string | undefined;
  onWhich(which: string): void;
  onAll(): void;
}

export function CallsPanel({ query, name, which: asked, onWhich, onAll }: CallsPanelProps): ReactNode {
  const which = WHICH.find(({ value }) => value === asked)?.value ?? 'slowest';
  const calls = useFigures<CallsAnswer>('/tools/calls', useMemo((): CallsQuery => ({ ...query, name, which, limit: MOST }), [query, name, which]));
  const panel = useRef<HTMLDivElement>(null);
  const isAsked = name !== undefined || asked !== undefined;
  const isThere = calls.data !== undefined;
  // Who chose a row, or came for the failed calls, finds them without looking for them below the table.
  useEffect(() => {
    if (isAsked && isThere) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [isAsked, isThere, name, asked]);
  return (
    <div ref={panel}>
      <Panel
        title={name === undefined ? 'Calls' : `Calls of ${name}`}
        note={NOTES[which]}
        isFlush
        actions={
          <>
            {name !== undefined && <Button onClick={onAll}>of all</Button>}
            <Choice label="Which calls" value={which} options={WHICH} onChange={onWhich} />
          </>
        }
      >
        <Answer query={calls}>{(data) => <CallsTable rows={data.items} />}</Answer>
      </Panel>
    </div>
  );
}

function CallsTable({ rows }: { rows: readonly CallRow[] }): ReactNode {
  const now = useNow();
  const columns = useMemo(() => toColumns(now), [now]);
  return <DataTable label="Calls" rows={rows} columns={columns} rowKey={({ spanId }) => spanId} empty={<EmptyState title="No such calls in this window." />} />;
}

function toColumns(now: number): Column<CallRow>[] {
  return [
    {
      id: 'what',
      header: 'Call',
      value: ({ tool }) => tool,
      cell: ({ agent, sessionId, spanId, tool, summary, errorMessage }) => (
        <div className="flex max-w-44 flex-col sm:min-w-52 md:max-w-96 xl:max-w-[30rem] 2xl:max-w-[42rem]">
          <SpanLink agent={agent} sessionId={sessionId} spanId={spanId} className="truncate hover:underline">
            <span className="font-medium">{tool}</span> {summary !== undefined && <code className="font-mono text-xs text-muted">{summary}</code>}
          </SpanLink>
          {errorMessage !== undefined && <span className="truncate text-xs text-error-text">{errorMessage}</span>}
        </div>
      ),
    },
    { id: 'outcome', header: 'Outcome', value: ({ outcome }) => outcome, cell: ({ outcome }) => <OutcomeTag outcome={outcome} /> },
    { id: 'run', header: 'Run', align: 'right', value: ({ runMillis }) => runMillis, cell: ({ runMillis }) => formatDuration(runMillis) },
    { id: 'wait', header: 'Waited', align: 'right', value: ({ waitMillis }) => waitMillis, cell: ({ waitMillis }) => <span className={waitMillis ? 'text-wait-text' : 'text-muted'}>{formatDuration(waitMillis)}</span>, className: 'max-sm:hidden' },
    { id: 'session', header: 'Session', value: ({ sessionTitle }) => sessionTitle, cell: ({ sessionTitle, sessionId, isSubagent }) => <span className="block max-w-64 truncate text-muted">{sessionTitle ?? sessionId}{isSubagent ? ' · subagent' : ''}</span>, className: 'max-md:hidden' },
    { id: 'when', header: 'When', align: 'right', value: ({ startMillis }) => startMillis, cell: ({ startMillis }) => <span title={formatMoment(startMillis)}>{formatAge(startMillis, now)}</span>, className: 'max-sm:hidden' },
  ];
}
