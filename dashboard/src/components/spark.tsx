/** A line of a few values, without axes. */
import type { ReactNode } from 'react';

export interface SparkProps {
  values: readonly (number | null)[];
  /** For those who do not see it. */
  label: string;
  width?: number;
  height?: number;
  color?: string;
}

export function Spark({ values, label, width = 88, height = 20, color = 'var(--series-1)' }: SparkProps): ReactNode {
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, 0);
  if (known.length === 0) return <span className="text-faint">–</span>;
  const x = (index: number): number => (values.length === 1 ? width / 2 : (index / (values.length - 1)) * (width - 4) + 2);
  const y = (value: number): number => height - 2 - (most === 0 ? 0 : (value / most) * (height - 4));
  return (
    <svg role="img" aria-label={label} width={width} height={height} className="block overflow-visible">
      <title>{label}</title>
      {runsOf(values).map((run) => (
        <polyline key={run[0]?.index} fill="none" stroke={color} strokeWidth={1.5} strokeLinejoin="round" points={run.map(({ index, value }) => `${x(index)},${y(value)}`).join(' ')} />
      ))}
      {runsOf(values).filter((run) => run.length === 1).map(([point]) => point && <circle key={point.index} cx={x(point.index)} cy={y(point.value)} r={1.75} fill={color} />)}
    </svg>
  );
}

/** A bucket without anything breaks the line: nothing is invented between. */
function runsOf(values: readonly (number | null)[]): { index: number; value: number }[][] {
  const runs: { index: number; value: number }[][] = [];
  let open: { index: number; value: number }[] | undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) open = undefined;
    else if (open) open.push({ index, value });
    else runs.push((open = [{ index, value }]));
  }
  return runs;
}
