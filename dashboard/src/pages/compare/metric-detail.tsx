/** How one figure is distributed in A and in B, over the same borders. */
import type { ReactNode } from 'react';
import type { CohortFigures, MetricComparison } from '../../../../src/query/api/compare.ts';
import { Histogram } from '../../components/histogram.tsx';
import { Panel } from '../../components/panel.tsx';
import { plural } from '../../models/format.ts';
import { FORMATS } from './units.ts';

export function MetricDetail({ metric, a, b }: { metric: MetricComparison; a: string; b: string }): ReactNode {
  return (
    <Panel title={metric.label} note={metric.sentence}>
      <div className="grid gap-4 lg:grid-cols-2">
        <One name={`A · ${a}`} figures={metric.a} unit={metric.unit} color="var(--series-5)" />
        <One name={`B · ${b}`} figures={metric.b} unit={metric.unit} color="var(--series-1)" />
      </div>
    </Panel>
  );
}

function One({ name, figures, unit, color }: { name: string; figures: CohortFigures; unit: MetricComparison['unit']; color: string }): ReactNode {
  return (
    <div>
      <p className="mb-1 truncate text-xs text-muted">
        {name}: {plural(figures.count, 'session')}
      </p>
      {figures.histogram ? <Histogram label={name} data={figures.histogram} of="session" format={FORMATS[unit]} color={color} /> : <p className="text-muted">Nothing is told.</p>}
    </div>
  );
}
