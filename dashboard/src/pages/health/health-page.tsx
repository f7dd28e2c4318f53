/** Health: whether hooks arrive, whether spans leave, and what to do where they do not. */
import type { ReactNode } from 'react';
import type { DestinationHealth, HealthAnswer, HealthSummary } from '../../../../src/query/api/overview.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Chip, type ChipTone } from '../../components/chip.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatCount, formatDuration, formatMoment, plural } from '../../models/format.ts';

export function HealthPage(): ReactNode {
  const answer = useFigures<HealthAnswer>('/health');
  return (
    <>
      <PageHead title="Destinations and health" note={answer.data && `spoor ${answer.data.version}`} />
      <Answer query={answer}>
        {(data) => (
          <div className="flex flex-col gap-3">
            <Verdict health={data} />
            <Panel title="Agents" note="hooks seen so far, and how long the newest took" isFlush>
              <Agents agents={data.agents} />
            </Panel>
            <Panel title="Destinations" isFlush>
              <Destinations destinations={data.destinations} />
            </Panel>
            <Panel title="Received over OTLP" note="from agents' own telemetry and from other services" isFlush>
              <Received rows={data.receiver} />
            </Panel>
            <Panel title="What could not be read" note="counted, kept, never guessed" isFlush>
              <Problems rows={data.problems} />
            </Panel>
          </div>
        )}
      </Answer>
    </>
  );
}

const STATES: Readonly<Record<HealthSummary['state'], { label: string; tone: ChipTone }>> = {
  good: { label: 'all is well', tone: 'good' },
  attention: { label: 'needs a look', tone: 'wait' },
  bad: { label: 'something is broken', tone: 'error' },
};

function Verdict({ health: { state, notes, spool, lastError, indexing } }: { health: HealthSummary }): ReactNode {
  const { label, tone } = STATES[state];
  return (
    <Panel title={<Chip tone={tone}>{label}</Chip>} note={`${plural(spool.waiting, 'event')} wait in the spool`}>
      {notes.length === 0 ? (
        <p className="text-muted">Hooks arrive, spans leave, nothing waits longer than it should.</p>
      ) : (
        <ul className="flex list-disc flex-col gap-1 pl-4">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {indexing && indexing.done < indexing.total && (
        <p className="mt-2 text-muted">
          Full text: {formatCount(indexing.done)} of {plural(indexing.total, 'turn')} can be searched.
        </p>
      )}
      {lastError && (
        <p className="mt-2 text-error-text">
          Last error, {formatMoment(lastError.atMillis)}: {lastError.text}
        </p>
      )}
    </Panel>
  );
}

function Agents({ agents }: { agents: HealthSummary['agents'] }): ReactNode {
  const now = useNow();
  const columns: Column<HealthSummary['agents'][number]>[] = [
    { id: 'agent', header: 'Agent', value: ({ title }) => title, cell: ({ title }) => <span className="font-medium">{title}</span> },
    { id: 'installed', header: 'Hooks', value: ({ installed }) => Number(installed), cell: ({ agent, installed }) => (installed ? <Chip tone="good">installed</Chip> : <code className="block text-xs text-muted max-sm:max-w-28 sm:whitespace-nowrap">spoor install {agent}</code>) },
    { id: 'seen', header: 'Seen', align: 'right', value: ({ hooksSeen }) => hooksSeen, cell: ({ hooksSeen }) => formatCount(hooksSeen) },
    { id: 'p50', header: 'p50', align: 'right', value: ({ hook }) => hook.p50, cell: ({ hook }) => formatDuration(hook.p50), className: 'max-sm:hidden' },
    { id: 'p95', header: 'p95', align: 'right', value: ({ hook }) => hook.p95, cell: ({ hook }) => formatDuration(hook.p95), className: 'max-sm:hidden' },
    { id: 'last', header: 'Last', align: 'right', value: ({ lastHookMillis }) => lastHookMillis, cell: ({ lastHookMillis }) => formatAge(lastHookMillis, now) },
  ];
  return <DataTable label="Agents" rows={agents} columns={columns} rowKey={({ agent }) => agent} sortBy={{ id: 'seen', desc: true }} empty={<EmptyState title="No agent is traced yet.">Put the hooks in with: spoor install</EmptyState>} />;
}

function Destinations({ destinations }: { destinations: readonly DestinationHealth[] }): ReactNode {
  const now = useNow();
  const count = (id: string, header: string, title: string, value: (row: DestinationHealth) => number, tone = ''): Column<DestinationHealth> => ({ id, header, title, align: 'right', value, cell: (row) => <span className={value(row) > 0 ? tone : 'text-muted'}>{formatCount(value(row))}</span> });
  const columns: Column<DestinationHealth>[] = [
    {
      id: 'name',
      header: 'Destination',
      value: ({ name }) => name,
      cell: ({ name, type, endpoint, lastError }) => (
        <span className="flex max-w-[36rem] flex-col max-sm:max-w-40">
          <span className="truncate">
            <span className="font-medium">{name}</span> <span className="text-muted">{type}</span>
          </span>
          {endpoint !== undefined && <span className="truncate font-mono text-xs text-muted">{endpoint}</span>}
          {lastError !== undefined && <span className="text-xs text-error-text">{lastError}</span>}
        </span>
      ),
    },
    count('sent', 'Sent', 'Spans that it took', ({ sent }) => sent),
    count('waiting', 'Waiting', 'Spans that are to be sent', ({ waiting }) => waiting, 'text-wait-text'),
    { ...count('held', 'Held', 'Spans that its full queue has no room for yet', ({ held }) => held, 'text-wait-text'), className: 'max-sm:hidden' },
    count('aside', 'Set aside', 'Spans that it refused for good', ({ setAside }) => setAside, 'text-error-text'),
    { id: 'oldest', header: 'Oldest', align: 'right', value: ({ oldestWaitingMillis }) => oldestWaitingMillis, cell: ({ oldestWaitingMillis }) => formatAge(oldestWaitingMillis, now), className: 'max-sm:hidden' },
    { id: 'accepted', header: 'Took last', align: 'right', value: ({ acceptedAtMillis }) => acceptedAtMillis, cell: ({ acceptedAtMillis }) => formatAge(acceptedAtMillis, now), className: 'max-sm:hidden' },
  ];
  return <DataTable label="Destinations" rows={destinations} columns={columns} rowKey={({ name }) => name} empty={<EmptyState title="Spans stay on this machine.">To send them to Phoenix, X-Ray, Jaeger or another backend as well: spoor destination add</EmptyState>} />;
}

function Received({ rows }: { rows: HealthAnswer['receiver'] }): ReactNode {
  const now = useNow();
  type Row = HealthAnswer['receiver'][number];
  const columns: Column<Row>[] = [
    { id: 'service', header: 'Service', value: ({ service }) => service, cell: ({ service }) => <span className="font-medium">{service}</span> },
    { id: 'signal', header: 'Signal', value: ({ signal }) => signal, cell: ({ signal }) => signal },
    { id: 'records', header: 'Records', align: 'right', value: ({ records }) => records, cell: ({ records }) => formatCount(records) },
    { id: 'merged', header: 'in trees', title: 'They told a tree something', align: 'right', value: ({ merged }) => merged, cell: ({ merged }) => formatCount(merged) },
    { id: 'kept', header: 'kept raw', align: 'right', value: ({ kept }) => kept, cell: ({ kept }) => formatCount(kept) },
    { id: 'last', header: 'Last', align: 'right', value: ({ lastMillis }) => lastMillis, cell: ({ lastMillis }) => formatAge(lastMillis, now) },
  ];
  return <DataTable label="Received over OTLP" rows={rows} columns={columns} rowKey={({ service, signal }) => `${service} ${signal}`} empty={<EmptyState title="Nothing was received.">This port takes OTLP/HTTP. To have an agent send its own telemetry here: spoor install --native</EmptyState>} />;
}

function Problems({ rows }: { rows: HealthAnswer['problems'] }): ReactNode {
  type Row = HealthAnswer['problems'][number];
  const columns: Column<Row>[] = [
    { id: 'agent', header: 'Agent', value: ({ agent }) => agent, cell: ({ agent }) => agent },
    {
      id: 'code',
      header: 'What',
      value: ({ code }) => code,
      cell: ({ code, detail, advice }) => (
        <span className="flex max-w-[48rem] flex-col max-sm:max-w-56">
          <span className="font-medium">{code}</span>
          <span className="truncate text-xs text-muted" title={detail}>
            {detail}
          </span>
          {advice !== undefined && <span className="text-xs">{advice}</span>}
        </span>
      ),
    },
    { id: 'count', header: 'Times', align: 'right', value: ({ count }) => count, cell: ({ count }) => formatCount(count) },
  ];
  return <DataTable label="Problems" rows={rows} columns={columns} rowKey={({ agent, code }) => `${agent} ${code}`} sortBy={{ id: 'count', desc: true }} empty={<EmptyState title="All that agents wrote was understood." />} />;
}
