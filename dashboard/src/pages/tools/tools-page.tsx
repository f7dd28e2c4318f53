/** Tools: what was called, how long it ran, how it ended; and the calls behind each number. */
import { useMemo, type ReactNode } from 'react';
import type { ToolGrouping, ToolsAnswer } from '../../../../src/query/api/tools.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Choice } from '../../components/choice.tsx';
import { FilterBar, useFilter } from '../../components/filter-bar.tsx';
import { Histogram } from '../../components/histogram.tsx';
import { Answer } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';
import { Stat, StatRow } from '../../components/stat.tsx';
import { useParams } from '../../components/use-params.ts';
import { ABSENT, formatCount, formatDuration, formatPercent } from '../../models/format.ts';
import { CallsPanel } from './calls-panel.tsx';
import { ToolsTable } from './tools-table.tsx';

const GROUPINGS: readonly { value: ToolGrouping; label: string; title: string }[] = [
  { value: 'tool', label: 'Tools', title: 'Each tool by its name' },
  { value: 'mcp', label: 'MCP servers', title: 'Calls of MCP tools by their server' },
  { value: 'command', label: 'Commands', title: 'Shell commands by the program they are about' },
  { value: 'agent', label: 'Agents', title: 'Calls by coding agent' },
];

export function ToolsPage(): ReactNode {
  const { filter } = useFilter();
  const { params, set } = useParams();
  const by = GROUPINGS.find(({ value }) => value === params.by)?.value ?? 'tool';
  const query = useMemo(() => ({ ...filter, by }), [filter, by]);
  const answer = useFigures<ToolsAnswer>('/tools', query);
  return (
    <>
      <PageHead title="Tools" note="incl. subagents; run time alone, waiting for a person is its own column">
        <Choice label="Rows" value={by} options={GROUPINGS} onChange={(next) => set({ by: next === 'tool' ? undefined : next, name: undefined })} />
        <FilterBar />
      </PageHead>
      <Answer query={answer}>
        {(data) => (
          <div className="flex flex-col gap-3">
            <Totals data={data} />
            <Panel title={GROUPINGS.find(({ value }) => value === by)?.label} note="choose a row for its calls" isFlush>
              <ToolsTable by={by} rows={data.rows} selected={params.name} onSelect={(name) => set({ name: name === params.name ? undefined : name })} />
            </Panel>
            <CallsPanel query={query} name={params.name} which={params.which} onWhich={(which) => set({ which })} onAll={() => set({ name: undefined })} />
            <Distributions data={data} />
          </div>
        )}
      </Answer>
    </>
  );
}

function Totals({ data: { totals } }: { data: ToolsAnswer }): ReactNode {
  const per = (count: number): string => (count > 0 ? formatCount(totals.calls / count) : ABSENT);
  return (
    <StatRow>
      <Stat label="Calls" value={formatCount(totals.calls)} />
      <Stat label="Sessions" value={formatCount(totals.sessions)} />
      <Stat label="Calls per session" value={per(totals.sessions)} />
      <Stat label="Calls per turn" value={per(totals.turns)} sub={`${formatCount(totals.turns)} turns`} />
      <Stat label="Error rate" value={formatPercent(totals.errorRate)} sub={`${formatCount(totals.errors)} failed`} tone={totals.errors > 0 ? 'error' : 'plain'} title="(error + timeout) ÷ (ok + error + timeout)" />
      <Stat label="Denied" value={formatCount(totals.denied)} tone={totals.denied > 0 ? 'deny' : 'plain'} title="By a person or a policy; not an error" />
    </StatRow>
  );
}

function Distributions({ data }: { data: ToolsAnswer }): ReactNode {
  return (
    <div className="grid gap-3 lg:grid-cols-3">
      <Panel title="Session duration" note="active time">
        <Histogram label="Session duration" data={data.sessionDuration} of="session" format={formatDuration} />
      </Panel>
      <Panel title="Calls per session">
        <Histogram label="Calls per session" data={data.callsPerSession} of="session" format={formatCount} />
      </Panel>
      <Panel title="Calls per turn">
        <Histogram label="Calls per turn" data={data.callsPerTurn} of="turn" format={formatCount} />
      </Panel>
    </div>
  );
}
