/** Logs and metrics as they came, newest first. */
import { useMemo, type ReactNode } from 'react';
import type { LogRow, LogsAnswer, MetricRow, MetricsAnswer, TelemetryQuery } from '../../../../src/query/api/telemetry.ts';
import { useFigures } from '../../api/use-figures.ts';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatCount } from '../../models/format.ts';

export function LogsList({ query }: { query: TelemetryQuery }): ReactNode {
  const answer = useFigures<LogsAnswer>('/telemetry/logs', query);
  const now = useNow();
  const columns = useMemo(
    (): Column<LogRow>[] => [
      { id: 'name', header: 'Event', value: ({ name }) => name, cell: ({ name, body }) => <span className="block max-w-96 truncate font-medium">{name ?? body ?? '–'}</span> },
      { id: 'service', header: 'Service', value: ({ service }) => service, cell: ({ service }) => service ?? '–' },
      { id: 'attributes', header: 'Attributes', value: () => undefined, cell: ({ attributes }) => <Attributes values={attributes} /> },
      { id: 'at', header: 'When', align: 'right', value: ({ receivedMillis }) => receivedMillis, cell: ({ atMillis, receivedMillis }) => formatAge(atMillis ?? receivedMillis, now) },
    ],
    [now],
  );
  return (
    <Panel title="Logs" note={`the newest ${query.limit}`} isFlush>
      <Answer query={answer}>{({ items }) => <DataTable label="Logs" rows={items} columns={columns} rowKey={({ id }) => String(id)} empty={<EmptyState title="No log is kept." />} />}</Answer>
    </Panel>
  );
}

export function MetricsList({ query }: { query: TelemetryQuery }): ReactNode {
  const answer = useFigures<MetricsAnswer>('/telemetry/metrics', query);
  const now = useNow();
  const columns = useMemo(
    (): Column<MetricRow>[] => [
      { id: 'name', header: 'Metric', value: ({ name }) => name, cell: ({ name }) => <span className="block max-w-96 truncate font-medium">{name}</span> },
      { id: 'value', header: 'Value', align: 'right', value: ({ value }) => value, cell: ({ value, unit, count }) => `${formatCount(value)}${unit ? ` ${unit}` : ''}${count === undefined ? '' : ` of ${formatCount(count)}`}` },
      { id: 'kind', header: 'Kind', value: ({ kind }) => kind, cell: ({ kind, temporality }) => `${kind}${temporality ? `, ${temporality}` : ''}` },
      { id: 'service', header: 'Service', value: ({ service }) => service, cell: ({ service }) => service ?? '–' },
      { id: 'attributes', header: 'Attributes', value: () => undefined, cell: ({ attributes }) => <Attributes values={attributes} /> },
      { id: 'at', header: 'When', align: 'right', value: ({ receivedMillis }) => receivedMillis, cell: ({ atMillis, receivedMillis }) => formatAge(atMillis ?? receivedMillis, now) },
    ],
    [now],
  );
  return (
    <Panel title="Metrics" note={`the newest ${query.limit} points`} isFlush>
      <Answer query={answer}>{({ items }) => <DataTable label="Metrics" rows={items} columns={columns} rowKey={({ id }) => String(id)} empty={<EmptyState title="No metric is kept." />} />}</Answer>
    </Panel>
  );
}

function Attributes({ values }: { values: Record<string, unknown> }): ReactNode {
  const text = Object.entries(values).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join('  ');
  return (
    <code className="block max-w-[40rem] truncate font-mono text-xs text-muted" title={text}>
      {text}
    </code>
  );
}
