/** Lines of text, many or few: the first ones, and all on demand. What is off the screen the browser leaves out by itself. */
import { useState, type ReactNode } from 'react';
import { formatCount } from '../models/format.ts';

/** What a person reads before they ask for more. */
const FIRST_LINES = 300;
/** A piece that the browser draws or leaves out as one. */
const LINES_A_BLOCK = 200;

export interface LongTextProps<T> {
  items: readonly T[];
  render: (item: T, at: number) => ReactNode;
  /** Of what there are so many: `lines`. */
  noun?: string;
  className?: string;
}

export function LongText<T>({ items, render, noun = 'lines', className = '' }: LongTextProps<T>): ReactNode {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? items : items.slice(0, FIRST_LINES);
  const blocks = Array.from({ length: Math.ceil(shown.length / LINES_A_BLOCK) }, (_, at) => shown.slice(at * LINES_A_BLOCK, (at + 1) * LINES_A_BLOCK));
  return (
    <div className={`vw-long ${className}`}>
      {blocks.map((block, at) => (
        // Blocks never change their places.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="vw-block">{block.map((item, within) => render(item, at * LINES_A_BLOCK + within))}</div>
      ))}
      {shown.length < items.length && (
        <button type="button" className="vw-more" onClick={() => setAll(true)}>Show all {formatCount(items.length)} {noun}</button>
      )}
    </div>
  );
}
