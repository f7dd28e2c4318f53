/** The viewers that need nothing of others: numbered lines, hits, JSON, text. */
import { useMemo, useState, type ReactNode } from 'react';
import type { NumberedLine, SearchHit } from './call-result.ts';
import { LongText } from './long-text.tsx';

export function LinesView({ lines, path }: { lines: readonly NumberedLine[]; path?: string }): ReactNode {
  return (
    <figure className="vw-file">
      {path !== undefined && <figcaption>{path}</figcaption>}
      <LongText items={lines} className="vw-lines" render={(line) => <div key={line.number} className="vw-line"><span className="vw-number">{line.number}</span><code>{line.text || ' '}</code></div>} />
    </figure>
  );
}

export function HitsView({ hits }: { hits: readonly SearchHit[] }): ReactNode {
  const files = useMemo(() => [...Map.groupBy(hits, (hit) => hit.path)], [hits]);
  return (
    <LongText
      items={files} noun="files" className="vw-hits"
      render={([path, found]) => (
        <div key={path} className="vw-hit-file">
          <div className="vw-hit-path">{path}{found[0]?.line === undefined ? '' : <span> {found.length}</span>}</div>
          {found.filter((hit) => hit.line !== undefined).map((hit, at) => <div key={at} className="vw-line"><span className="vw-number">{hit.line}</span><code>{hit.text || ' '}</code></div>)}
        </div>
      )}
    />
  );
}

export function TextView({ text }: { text: string }): ReactNode {
  const lines = useMemo(() => text.split(/\r?\n/), [text]);
  return <LongText items={lines} className="vw-text" render={(line, at) => <div key={at}>{line || ' '}</div>} />;
}

/** Children of one value that are shown before more is asked for. */
const FIRST_CHILDREN = 100;
/** Deeper values are closed at first. */
const OPEN_DEPTH = 2;

export function JsonView({ value, name, depth = 0 }: { value: unknown; name?: string; depth?: number }): ReactNode {
  const [shown, setShown] = useState(FIRST_CHILDREN);
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
  const label = name === undefined ? null : <span className="vw-json-name">{name}: </span>;
  if (typeof value !== 'object' || value === null) return <div className="vw-json">{label}<JsonLeaf value={value} /></div>;
  const entries = Array.isArray(value) ? value.map((item, at): [string, unknown] => [String(at), item]) : Object.entries(value);
  return (
    <details className="vw-json" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label}<span className="vw-json-size">{Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`}</span></summary>
      {/* What is closed is not built. */}
      {isOpen && entries.slice(0, shown).map(([key, child]) => <JsonView key={key} name={key} value={child} depth={depth + 1} />)}
      {isOpen && entries.length > shown && <button type="button" className="vw-more" onClick={() => setShown(entries.length)}>Show all {entries.length}</button>}
    </details>
  );
}

function JsonLeaf({ value }: { value: unknown }): ReactNode {
  if (typeof value === 'string') return <span className="vw-json-text">{value}</span>;
  return <span className="vw-json-word">{String(value)}</span>;
}
