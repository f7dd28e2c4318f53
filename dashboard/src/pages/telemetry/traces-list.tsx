/** Traces of other services, newest first. */
import { useMemo, type ReactNode } from 'react';
import type { ForeignTraceRow, ForeignTracesAnswer, TelemetryQuery } from '../../../../src/query/api/telemetry.ts';
import { useFigures } from '../../api/use-figures.ts';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatCount, formatDuration } from '../../models/format.ts';

export function TracesList({ query, onOpen }: { query: TelemetryQuery; onOpen: (traceId: string) => void }): ReactNode {
  const answer = useFigures<ForeignTracesAnswer>('/telemetry/traces', query);
  const now = useNow();
  const columns = useMemo(() => toColumns(now), [now]);
  return (
    <Panel title="Traces" note={`the newest ${query.limit}`} isFlush>
      <Answer query={answer}>
        {({ items }) => <DataTable label="Traces of other services" rows={items} columns={columns} rowKey={({ traceId }) => traceId} onRow={({ traceId }) => onOpen(traceId)} empty={<EmptyState title="No trace of another service." />} />}
      </Answer>
    </Panel>
  );
}

function toColumns(now: number): Column<ForeignTraceRow>[] {
  return [
    { id: 'name', header: 'Trace', value: ({ name }) => name, cell: ({ name, traceId }) => <button type="button" className="max-w-96 truncate text-left font-medium">{name ?? traceId}</button> },
    { id: 'service', header: 'Service', value: ({ service }) => service, cell: ({ service }) => service ?? '–' },
    { id: 'duration', header: 'Duration', align: 'right', value: ({ durationMillis }) => durationMillis, cell: ({ durationMillis }) => formatDuration(durationMillis) },
    { id: 'spans', header: 'Spans', align: 'right', value: ({ spans }) => spans, cell: ({ spans }) => formatCount(spans) },
    { id: 'errors', header: 'Errors', align: 'right', value: ({ errors }) => errors, cell: ({ errors }) => <span className={errors > 0 ? 'text-error-text' : 'text-muted'}>{formatCount(errors)}</span> },
    { id: 'start', header: 'When', align: 'right', value: ({ startMillis }) => startMillis, cell: ({ startMillis }) => formatAge(startMillis, now) },
  ];
}
