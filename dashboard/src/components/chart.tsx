/** Lines, areas or bars over time on a canvas (uPlot), in the colours of the theme. A table of the same figures stands behind it for those who do not see it. */
import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatDay } from '../models/format.ts';
import { useTheme } from '../shell/theme.ts';

export interface ChartSeries {
  label: string;
  values: readonly (number | null)[];
  /** CSS variable name: `--series-1`. */
  color: string;
}

export interface ChartProps {
  label: string;
  /** Unix ms of the buckets. */
  starts: readonly number[];
  series: readonly ChartSeries[];
  kind?: 'line' | 'bars' | 'stacked';
  height?: number;
  format(value: number): string;
}

export function Chart({ label, starts, series, kind = 'line', height = 160, format }: ChartProps): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const { theme } = useTheme();
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const options = toOptions({ series, kind, height, format, width: element.clientWidth });
    const plot = new uPlot(options, toData(starts, series, kind), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [starts, series, kind, height, format, theme]);
  return (
    <figure>
      <div ref={frame} role="img" aria-label={label} className="w-full" style={{ minHeight: height }} />
      <figcaption className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
        {series.map((one) => (
          <span key={one.label} className="inline-flex items-center gap-1">
            <span aria-hidden className="inline-block size-2 rounded-xs" style={{ background: `var(${one.color})` }} />
            {one.label}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Stacked: each series is drawn over the sum of itself and those before it, the largest first. */
function toData(starts: readonly number[], series: readonly ChartSeries[], kind: ChartProps['kind']): uPlot.AlignedData {
  const seconds = starts.map((millis) => millis / 1000);
  if (kind !== 'stacked') return [seconds, ...series.map(({ values }) => [...values])];
  const sums = starts.map(() => 0);
  const layers = series.map(({ values }) => values.map((value, index) => (sums[index] = (sums[index] ?? 0) + (value ?? 0))));
  return [seconds, ...layers.reverse()];
}

function toOptions({ series, kind, height, width, format }: Pick<ChartProps, 'series' | 'kind' | 'format'> & { height: number; width: number }): uPlot.Options {
  const axis = { stroke: colorOf('--muted'), grid: { stroke: colorOf('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
  const bars = uPlot.paths.bars?.({ size: [0.7, 40] });
  const drawn = kind === 'stacked' ? [...series].reverse() : series;
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    // The label of the last bucket stands around it.
    padding: [8, 20, 0, 0],
    scales: { x: { range: (plot, min, max) => padByHalf(plot.data[0], min, max, kind) }, y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [{ ...axis, size: 26, values: (_plot, ticks) => toTickLabels(ticks) }, { ...axis, size: 58, values: (_plot, ticks) => ticks.map((tick) => format(tick)) }],
    series: [{}, ...drawn.map(({ label, color }) => ({ label, stroke: colorOf(color), width: 1.5, points: { show: kind === 'line', size: 4 }, ...(kind === 'line' ? {} : { fill: colorOf(color), width: 0, ...(bars ? { paths: bars } : {}) }) }))],
  };
}

/** Bars stand around their moment: half a bucket more at both ends. */
function padByHalf(seconds: ArrayLike<number>, min: number, max: number, kind: ChartProps['kind']): [number, number] {
  const first = seconds[0] ?? min;
  const step = seconds.length > 1 ? (seconds[1] ?? first) - first : 86_400;
  return kind === 'line' ? [min, max] : [min - step / 2, max + step / 2];
}

/** Days where the ticks are a day apart or more, else hours. Unix seconds. */
function toTickLabels(ticks: readonly number[]): string[] {
  const isByDay = ticks.length < 2 || (ticks[1] ?? 0) - (ticks[0] ?? 0) >= 86_400;
  return ticks.map((tick) => (isByDay ? formatDay(tick * 1000) : new Date(tick * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })));
}
