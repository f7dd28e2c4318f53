/** Runs mutants through the lanes and gathers what went wrong, so that one failed run tells of every kind of fault. */
import { LANES, type Lane } from './lanes.ts';

export interface LaneReport {
  name: string;
  mutants: number;
  /** How many were understood, though perhaps not wholly. */
  taken: number;
}

export interface FuzzReport {
  lanes: LaneReport[];
  /** One a kind of fault: what, by which mutant. */
  failures: string[];
}

const MOST_FAILURES = 20;

/** `count` mutants, shared evenly among the lanes. Never throws. */
export function runLanes(seed: number, count: number): FuzzReport {
  const failures = new Map<string, string>();
  const lanes = LANES.map((lane, index): LaneReport => {
    const mutants = Math.ceil((count - index) / LANES.length);
    let taken = 0;
    for (let n = 0; n < mutants; n++) taken += runOne(lane, mix(seed, index, n), failures) ? 1 : 0;
    return { name: lane.name, mutants, taken };
  });
  return { lanes, failures: [...failures.values()].slice(0, MOST_FAILURES) };
}

function runOne(lane: Lane, seed: number, failures: Map<string, string>): boolean {
  try {
    const { faults, text, isTaken } = lane.run(seed);
    for (const fault of faults) note(failures, `${lane.name}: ${fault}`, `seed ${seed}: ${text.slice(0, 1500)}`);
    return isTaken;
  } catch (error) {
    const { stack = String(error) } = error as Error;
    note(failures, `${lane.name}: threw ${stack.split('\n').slice(0, 4).join(' | ')}`, `seed ${seed}`);
    return false;
  }
}

/** Faults that differ only in their figures are one kind. */
function note(failures: Map<string, string>, fault: string, where: string): void {
  const kind = fault.replaceAll(/\d+/g, '#').slice(0, 160);
  if (!failures.has(kind)) failures.set(kind, `${fault}\n    ${where}`);
}

/** A seed of its own for each mutant. */
function mix(seed: number, lane: number, n: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + lane * 0x1000193 + n * 7) >>> 0;
}
