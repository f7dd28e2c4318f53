/** The content of a span, input and output side by side where there is room, each in the viewer that fits it. */
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import type { SpanAnswer } from '../../../src/query/api/session.ts';
import { formatCount } from '../models/format.ts';
import { toPanel, type ContentName, type PanelPart, type PanelView } from './panel.ts';
import { HitsView, JsonView, LinesView, TextView } from './plain-views.tsx';
import './viewers.css';

const DiffView = lazy(async () => ({ default: (await import('./diff-view.tsx')).DiffView }));
const TerminalView = lazy(async () => ({ default: (await import('./terminal-view.tsx')).TerminalView }));
const MarkdownView = lazy(async () => ({ default: (await import('./markdown-view.tsx')).MarkdownView }));

export interface SpanContentProps {
  span: SpanAnswer;
  /** Asks for all of a text that the page has only the beginning of. */
  onShowAll?: (content: ContentName) => void;
}

export function SpanContent({ span, onShowAll }: SpanContentProps): ReactNode {
  const parts = useMemo(() => toPanel(span), [span]);
  if (parts.length === 0) return <p className="vw-none">The store has no text of this span.</p>;
  return (
    <div className="vw">
      {(['input', 'output'] as const).map((side) => {
        const own = parts.filter((part) => part.side === side);
        return own.length > 0 && <div key={side} className="vw-side">{own.map((part) => <Part key={`${span.spanId} ${part.title}`} part={part} onShowAll={onShowAll} />)}</div>;
      })}
    </div>
  );
}

function Part({ part, onShowAll }: { part: PanelPart; onShowAll: SpanContentProps['onShowAll'] }): ReactNode {
  return (
    <section className="vw-part" aria-label={part.title}>
      <h3>{part.title}</h3>
      <Suspense fallback={<p className="vw-none">…</p>}><View view={part.view} /></Suspense>
      {part.wholeLength !== undefined && onShowAll && (
        <button type="button" className="vw-more" onClick={() => onShowAll(part.content)}>Show all {formatCount(part.wholeLength)} characters</button>
      )}
    </section>
  );
}

function View({ view }: { view: PanelView }): ReactNode {
  switch (view.type) {
    case 'diff':
      return <DiffView edits={view.edits} patches={view.patches} />;
    case 'command':
      return <pre className="vw-command"><span aria-hidden="true">$ </span>{view.text}</pre>;
    case 'terminal':
      return <TerminalView text={view.text} />;
    case 'lines':
      return <LinesView lines={view.lines} path={view.path} />;
    case 'hits':
      return <HitsView hits={view.hits} />;
    case 'markdown':
      return <MarkdownView text={view.text} />;
    case 'json':
      return <JsonView value={view.value} />;
    case 'text':
      return <TextView text={view.text} />;
  }
}
