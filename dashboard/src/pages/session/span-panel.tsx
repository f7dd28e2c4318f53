/** Everything of the span that is chosen. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useContext, useEffect, type ReactNode } from 'react';
import type { SessionAnswer, SpanAnswer } from '../../../../src/query/api/session.ts';
import { ask } from '../../api/client.ts';
import { Alone } from '../../components/alone.ts';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { CopyButton } from '../../components/command.tsx';
import { Answer } from '../../components/notice.tsx';
import { OutcomeTag } from '../../components/outcome-tag.tsx';
import { toEstimatedText } from '../../models/session/estimated-steps.ts';
import { askOtlp } from './session-head.tsx';
import { TimePanel } from './session-rail.tsx';
import { WholeSpanContent } from './span-content.tsx';
import { SpanFacts } from './span-facts.tsx';

export interface SpanPanelProps {
  spanId: string;
  answer: SessionAnswer;
  onClose(): void;
}

export function SpanPanel({ spanId, answer, onClose }: SpanPanelProps): ReactNode {
  const path = `/spans/${encodeURIComponent(spanId)}`;
  const query = useQuery({ queryKey: ['span', spanId], queryFn: ({ signal }) => ask<SpanAnswer>(path, {}, signal), placeholderData: keepPreviousData, staleTime: 30_000 });
  const isAlone = useContext(Alone);
  const isOpen = query.data?.isFinal === false && !isAlone;
  const { refetch } = query;
  useEffect(() => {
    if (isOpen) void refetch();
  }, [answer.revision, isOpen, refetch]);
  const turn = answer.turns.findIndex((one) => one.spanId === spanId);
  const shares = answer.turns[turn]?.shares;
  return (
    <div className={classNames('flex flex-col gap-3', query.isPlaceholderData && 'opacity-60')}>
      <section aria-label="Span" className="rounded-lg border border-line bg-panel">
        <header className="flex min-h-9 items-center gap-2 border-b border-line py-1 pr-1 pl-3">
          <h2 className="min-w-0 flex-1 truncate font-semibold">{query.data?.name ?? 'Span'}</h2>
          {query.data && <OutcomeTag outcome={query.data.outcome} />}
          {!isAlone && (
            <CopyButton text={() => askOtlp(`${path}/otlp`)} label="Copy the span as OTLP" className="h-7 px-1.5">
              OTLP
            </CopyButton>
          )}
          <Button isIcon aria-label="Close the span" title="Close (Esc)" onClick={onClose}>
            <X aria-hidden className="size-4" />
          </Button>
        </header>
        <Answer query={query}>
          {(span) => (
            <div className="flex flex-col gap-3 p-3">
              <SpanFacts span={span} answer={answer} />
              <WholeSpanContent key={span.spanId} span={span} />
              <Raw span={span} />
            </div>
          )}
        </Answer>
      </section>
      {shares && <TimePanel shares={shares} estimated={toEstimatedText(answer, turn)} />}
    </div>
  );
}

function Raw({ span }: { span: SpanAnswer }): ReactNode {
  const attributes = Object.entries(span.attributes);
  const provenance = Object.entries(span.provenance);
  return (
    <>
      {provenance.length > 0 && (
        <Fold title="Where it comes from">
          <Lines entries={provenance} />
        </Fold>
      )}
      {span.events.length > 0 && (
        <Fold title={`Events (${span.events.length})`}>
          <Lines entries={span.events.map((event) => [event.name, JSON.stringify(event.attributes)])} />
        </Fold>
      )}
      <Fold title={`Raw attributes (${attributes.length})`}>
        <Lines entries={attributes.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one))])} />
      </Fold>
      <p className="flex flex-wrap items-center gap-x-2 font-mono text-xs break-all text-muted">
        span {span.spanId} <CopyButton text={span.spanId} label="Copy the span's id" className="size-6 justify-center" />
        <br />
        trace {span.traceId} <CopyButton text={span.traceId} label="Copy the trace's id" className="size-6 justify-center" />
      </p>
    </>
  );
}

function Fold({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <details className="rounded border border-line">
      <summary className="cursor-pointer px-2 py-1 text-muted select-none hover:text-text">{title}</summary>
      {children}
    </details>
  );
}

function Lines({ entries }: { entries: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <dl className="border-t border-line px-2 py-1 text-xs">
      {entries.map(([name, value], at) => (
        <div key={`${name} ${at}`} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-2 py-0.5">
          <dt className="break-words text-muted">{name}</dt>
          <dd className="max-h-40 overflow-y-auto font-mono break-words whitespace-pre-wrap">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
