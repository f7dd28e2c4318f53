/** How something is distributed: bars over its borders. */
import type { ReactNode } from 'react';
import type { Histogram as HistogramData } from '../../../src/query/api/tools.ts';
import { plural } from '../models/format.ts';

export interface HistogramProps {
  data: HistogramData;
  /** What is counted: `session`. */
  of: string;
  label: string;
  format(value: number): string;
  /** Values to mark with a line, e.g. the median. */
  color?: string;
}

export function Histogram({ data, of, label, format, color = 'var(--series-1)' }: HistogramProps): ReactNode {
  const most = Math.max(1, ...data.counts);
  return (
    <figure aria-label={label}>
      <div className="flex h-24 items-end gap-px" role="img" aria-label={`${label}: ${data.counts.map((count, index) => `${format(data.borders[index] ?? 0)} ${count}`).join(', ')}`}>
        {data.counts.map((count, index) => (
          <div key={data.borders[index]} className="flex h-full flex-1 items-end" title={`${format(data.borders[index] ?? 0)} to ${format(data.borders[index + 1] ?? 0)}: ${plural(count, of)}`}>
            <div className="w-full rounded-t-xs" style={{ height: `${(count / most) * 100}%`, minHeight: count > 0 ? 2 : 0, background: color }} />
          </div>
        ))}
      </div>
      <div className="mt-1 flex justify-between text-xs text-muted">
        <span>{format(data.borders[0] ?? 0)}</span>
        <span>{format(data.borders[Math.floor(data.borders.length / 2)] ?? 0)}</span>
        <span>{format(data.borders.at(-1) ?? 0)}</span>
      </div>
    </figure>
  );
}
