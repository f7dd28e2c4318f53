/** `GET /api/compare`: two cohorts of sessions, or two sessions. Types only. */
import type { Filter, Timed } from './figures.ts';
import type { ConfigPart, SessionAnswer } from './session.ts';
import type { Histogram } from './tools.ts';

/** A cohort is what a filter leaves. */
export interface CompareQuery {
  a: Filter;
  b: Filter;
}

export interface Interval {
  low: number;
  high: number;
}

/** One figure of each session, compared. */
export interface MetricComparison {
  metric: string;
  label: string;
  unit: 'ms' | 'count' | 'rate' | 'usd' | 'credits' | 'tokens';
  /** Which way is good. */
  better: 'lower' | 'higher' | 'neither';
  a: CohortFigures;
  b: CohortFigures;
  /** b − a of the medians, with a bootstrap interval of 95 %. */
  difference?: number;
  interval?: Interval;
  /** Two-sided Mann-Whitney U. */
  pValue?: number;
  u?: number;
  /** different: there is a difference, and neither way is better. */
  verdict: 'better' | 'worse' | 'different' | 'no-difference' | 'too-few';
  /** A plain sentence. */
  sentence: string;
}

export interface CohortFigures {
  count: number;
  median?: number;
  p95?: number;
  mean?: number;
  histogram?: Histogram;
}

export interface CompareAnswer extends Timed {
  a: { sessions: number; label: string };
  b: { sessions: number; label: string };
  metrics: MetricComparison[];
  /** Parts of the config that one cohort has and the other has not, or with another hash. */
  config: { onlyA: ConfigPart[]; onlyB: ConfigPart[]; changed: { kind: string; name: string; a: string; b: string }[] };
  /** In words: what changed, and whether that many sessions can tell. */
  summary: string[];
}

/** `GET /api/compare/sessions?a=AGENT/ID&b=AGENT/ID`: one axis, the first step at which they part. */
export interface SessionPairAnswer extends Timed {
  a: SessionAnswer;
  b: SessionAnswer;
  /** Steps (tool calls in order) that are paired: rows of a and of b. */
  pairs: [number, number][];
  /** Rows of the first step that differs; absent: they do not part. */
  divergence?: { a?: number; b?: number };
}
