/** Telemetry: what was received over OTLP beside the agents' trees, raw: traces of other services, logs, metrics. */
import { useMemo, type ReactNode } from 'react';
import type { TelemetryAnswer } from '../../../../src/query/api/telemetry.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Choice } from '../../components/choice.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';
import { useParams } from '../../components/use-params.ts';
import { formatCount, plural } from '../../models/format.ts';
import { LogsList, MetricsList } from './raw-lists.tsx';
import { TraceView } from './trace-view.tsx';
import { TracesList } from './traces-list.tsx';

const SIGNALS = [
  { value: 'traces', label: 'Traces' },
  { value: 'logs', label: 'Logs' },
  { value: 'metrics', label: 'Metrics' },
] as const;
type Signal = (typeof SIGNALS)[number]['value'];

export function TelemetryPage(): ReactNode {
  const { params, set } = useParams();
  const signal: Signal = SIGNALS.find(({ value }) => value === params.signal)?.value ?? 'traces';
  const services = useFigures<TelemetryAnswer>('/telemetry');
  const query = useMemo(() => ({ service: params.service, limit: 200 }), [params.service]);
  return (
    <>
      <PageHead title="Telemetry" note="received over OTLP, and no agent's tree; logs and metrics are kept for 7 days">
        <Choice<Signal> label="Signal" value={signal} options={SIGNALS} onChange={(next) => set({ signal: next === 'traces' ? undefined : next, trace: undefined })} />
      </PageHead>
      <Answer query={services}>
        {(data) =>
          data.services.length === 0 ? (
            <Panel isFlush>
              <EmptyState title="Nothing was received.">
                This address takes OTLP over HTTP, JSON and protobuf: <code>{location.origin}/v1/traces</code>, <code>/v1/logs</code>, <code>/v1/metrics</code>. To have an agent send its own telemetry: <code>spoor install --native</code>
              </EmptyState>
            </Panel>
          ) : (
            <div className="flex flex-col gap-3">
              <Services rows={data.services.filter((row) => row.signal === signal)} chosen={params.service} onChoose={(service) => set({ service, trace: undefined })} />
              {signal === 'logs' && <LogsList query={query} />}
              {signal === 'metrics' && <MetricsList query={query} />}
              {signal === 'traces' && (params.trace === undefined ? <TracesList query={query} onOpen={(trace) => set({ trace }, true)} /> : <TraceView traceId={params.trace} chosen={params.span} onChoose={(span) => set({ span })} onBack={() => set({ trace: undefined, span: undefined })} />)}
            </div>
          )
        }
      </Answer>
    </>
  );
}

function Services({ rows, chosen, onChoose }: { rows: TelemetryAnswer['services']; chosen: string | undefined; onChoose: (service: string | undefined) => void }): ReactNode {
  return (
    <div className="flex flex-wrap gap-2">
      {rows.map(({ service, records, merged, kept }) => (
        <button
          key={service}
          type="button"
          aria-pressed={chosen === service}
          onClick={() => onChoose(chosen === service ? undefined : service)}
          className="rounded-lg border border-line bg-panel px-3 py-2 text-left hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft"
        >
          <span className="block font-medium">{service || 'no service named'}</span>
          <span className="block text-xs text-muted">
            {plural(records, 'record')} · {formatCount(merged)} in trees · {formatCount(kept)} kept
          </span>
        </button>
      ))}
    </div>
  );
}
