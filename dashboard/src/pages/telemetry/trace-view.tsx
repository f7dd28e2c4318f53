/** One trace of another service as it came: its tree with bars, and everything of the span that is chosen. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowLeft } from 'lucide-react';
import { useMemo, useRef, type ReactNode } from 'react';
import type { ForeignSpanRow, ForeignTraceAnswer } from '../../../../src/query/api/telemetry.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Button } from '../../components/button.tsx';
import { Answer } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatDuration, formatMoment, plural } from '../../models/format.ts';
import { toTree } from '../../models/foreign-tree.ts';

const ROW_PIXELS = 24;

export interface TraceViewProps {
  traceId: string;
  chosen: string | undefined;
  onChoose(spanId: string): void;
  onBack(): void;
}

export function TraceView({ traceId, chosen, onChoose, onBack }: TraceViewProps): ReactNode {
  const answer = useFigures<ForeignTraceAnswer>(`/telemetry/traces/${encodeURIComponent(traceId)}`);
  return (
    <Answer query={answer}>
      {(data) => (
        <>
          <Panel
            title={
              <Button onClick={onBack}>
                <ArrowLeft aria-hidden className="size-4" /> Traces
              </Button>
            }
            note={`${traceId} · ${plural(data.spans.length, 'span')}${data.isCut ? ', more are not shown' : ''}`}
            isFlush
          >
            <Tree spans={data.spans} chosen={chosen} onChoose={onChoose} />
          </Panel>
          <Chosen span={data.spans.find(({ spanId }) => spanId === chosen)} />
        </>
      )}
    </Answer>
  );
}

/** From the first moment to the last of the spans that tell theirs. */
function toExtent(spans: readonly ForeignSpanRow[]): { start: number; length: number } {
  let [start, end] = [Infinity, -Infinity];
  for (const { startMillis, durationMillis = 0 } of spans) {
    if (startMillis === undefined) continue;
    start = Math.min(start, startMillis);
    end = Math.max(end, startMillis + durationMillis);
  }
  return { start, length: end > start ? end - start : 1 };
}

function Tree({ spans, chosen, onChoose }: { spans: readonly ForeignSpanRow[]; chosen: string | undefined; onChoose: (spanId: string) => void }): ReactNode {
  const rows = useMemo(() => toTree(spans), [spans]);
  const { start, length } = useMemo(() => toExtent(spans), [spans]);
  const frame = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => ROW_PIXELS, overscan: 20 });
  return (
    <div ref={frame} tabIndex={0} role="list" aria-label="Spans" className="max-h-[60vh] overflow-auto">
      <div className="relative" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, start: top }) => {
          const row = rows[index];
          if (!row) return null;
          const { span, depth } = row;
          return (
            <div key={span.spanId} role="listitem" className="absolute inset-x-0" style={{ top, height: ROW_PIXELS }}>
              <button type="button" aria-pressed={span.spanId === chosen} onClick={() => onChoose(span.spanId)} className="grid h-full w-full grid-cols-[minmax(10rem,24rem)_1fr] items-center gap-2 px-3 text-left hover:bg-sunken aria-pressed:bg-accent-soft">
                <span className="truncate" style={{ paddingLeft: Math.min(depth, 12) * 14 }}>
                  <span className={span.status === 'error' ? 'text-error-text' : ''}>{span.name}</span> <span className="text-xs text-muted">{span.service}</span>
                </span>
                <span className="relative h-3">
                  {span.startMillis !== undefined && <span className={`absolute h-full rounded-xs ${span.status === 'error' ? 'bg-error' : 'bg-model'}`} style={{ left: `${((span.startMillis - start) / length) * 100}%`, width: `max(2px, ${((span.durationMillis ?? 0) / length) * 100}%)` }} />}
                  <span className="sr-only">{formatDuration(span.durationMillis)}</span>
                </span>
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Chosen({ span }: { span: ForeignSpanRow | undefined }): ReactNode {
  if (!span) return null;
  return (
    <Panel title={span.name} note={`${span.kind} · ${formatDuration(span.durationMillis)} · ${formatMoment(span.startMillis)}${span.statusMessage ? ` · ${span.statusMessage}` : ''}`}>
      <pre tabIndex={0} className="max-h-96 overflow-auto font-mono text-xs whitespace-pre-wrap">
        {JSON.stringify({ attributes: span.attributes, events: span.events, links: span.links, resource: span.resource, spanId: span.spanId, parentSpanId: span.parentSpanId }, undefined, 2)}
      </pre>
    </Panel>
  );
}
