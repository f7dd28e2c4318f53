/** The shapes of generated stores, and how many spans each family of one gets. */
import { createDice } from '../words.ts';
import type { FamilyPlan } from './generate-family.ts';

export interface Shape {
  /** Families: a session with its subagents. */
  sessions: number;
  /** In all of them. */
  spans: number;
  /** The usual length of a turn, in spans. Absent: a dozen. */
  spansPerTurn?: number;
}

export const SHAPES = {
  /** Years of work. */
  million: { sessions: 20_000, spans: 1_000_000 },
  /** Many short conversations. */
  small: { sessions: 100_000, spans: 600_000, spansPerTurn: 4 },
  /** One session that never ended. */
  long: { sessions: 1, spans: 100_000, spansPerTurn: 60 },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;

/** So much time lies between the first session and the last (ms). */
const SPAN_OF_TIME_MILLIS = 180 * 86_400_000;
const LEAST_SPANS = 2;
/** Of the newest sessions: so many are at work, and as many wait for a person. */
const OPEN_SESSIONS = 3;

/** A shape with all its numbers times `scale`; one family stays one. */
export function scaleShape(shape: Shape, scale: number): Shape {
  const sessions = Math.max(1, Math.round(shape.sessions * scale));
  return { ...shape, sessions, spans: Math.max(sessions * LEAST_SPANS, Math.round(shape.spans * scale)) };
}

/** The families of a shape, the oldest first; their spans add up to the shape's exactly. `untilMillis`: about when the newest begins. */
export function planFamilies(shape: Shape, { seed, untilMillis }: { seed: number; untilMillis: number }): FamilyPlan[] {
  const dice = createDice(seed ^ 0x5eed);
  const weights = Array.from({ length: shape.sessions }, () => dice.lognormal(1, 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const free = shape.spans - shape.sessions * LEAST_SPANS;
  // Work becomes more with time.
  const places = Array.from({ length: shape.sessions }, () => (dice.below(1e9) / 1e9) ** 0.7).sort((a, b) => a - b);
  let passed = 0;
  return weights.map((weight, index) => {
    const before = Math.round((passed / total) * free);
    passed += weight;
    const progress = places[index] ?? 0;
    const fromEnd = shape.sessions - 1 - index;
    const plan: FamilyPlan = { index, spans: LEAST_SPANS + Math.round((passed / total) * free) - before, startMillis: untilMillis - Math.round((1 - progress) * SPAN_OF_TIME_MILLIS), progress };
    if (shape.spansPerTurn !== undefined) plan.spansPerTurn = shape.spansPerTurn;
    if (shape.sessions > OPEN_SESSIONS * 4 && fromEnd < OPEN_SESSIONS * 2) plan.open = fromEnd < OPEN_SESSIONS ? 'running' : 'waiting';
    return plan;
  });
}
