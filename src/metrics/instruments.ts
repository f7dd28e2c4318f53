/** What is measured: one line an instrument. The page for users is docs/metrics.md. */
import { GEN_AI_METRICS, SPOOR_METRICS } from '../semconv/metric-names.ts';

export interface Instrument {
  name: string;
  /** UCUM; in braces: a word of ours, which is no unit. */
  unit: string;
  description: string;
  /** Of a histogram: the upper bounds of its buckets, each of which belongs to its bucket. Absent: a counter. */
  bounds?: readonly number[];
  /** Of a counter: its figures are whole. */
  isWhole?: boolean;
}

/** GenAI 1.41.1: powers of four from 1 to 67,108,864. */
const TOKEN_BOUNDS: readonly number[] = Array.from({ length: 14 }, (_, power) => 4 ** power);
/** GenAI 1.41.1, seconds: from 10 ms, each twice the one before, to 81.92 s. */
const REQUEST_BOUNDS: readonly number[] = Array.from({ length: 14 }, (_, power) => (2 ** power) / 100);
/** Seconds. A read takes milliseconds, a test run minutes, a question to a person an hour. */
const CALL_BOUNDS: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
/** Seconds. A turn is seconds to hours. */
const TURN_BOUNDS: readonly number[] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

const counter = (name: string, unit: string, description: string): Instrument => ({ name, unit, description, isWhole: true });
const sum = (name: string, unit: string, description: string): Instrument => ({ name, unit, description });
const histogram = (name: string, unit: string, { description, bounds }: { description: string; bounds: readonly number[] }): Instrument => ({ name, unit, description, bounds });

export const INSTRUMENTS = {
  tokenUsage: histogram(GEN_AI_METRICS.tokenUsage, '{token}', { description: 'Tokens of a model request, cached ones included', bounds: TOKEN_BOUNDS }),
  operationDuration: histogram(GEN_AI_METRICS.operationDuration, 's', { description: 'How long a model request took, where that was measured', bounds: REQUEST_BOUNDS }),
  timeToFirstChunk: histogram(GEN_AI_METRICS.timeToFirstChunk, 's', { description: 'From a model request to the first piece of its answer', bounds: REQUEST_BOUNDS }),
  modelRequests: counter(SPOOR_METRICS.modelRequests, '{request}', 'Model requests'),
  cacheReadTokens: counter(SPOOR_METRICS.cacheReadTokens, '{token}', 'Input tokens that were read from a cache; part of the input tokens'),
  cacheCreationTokens: counter(SPOOR_METRICS.cacheCreationTokens, '{token}', 'Input tokens that were written to a cache; part of the input tokens'),
  reasoningTokens: counter(SPOOR_METRICS.reasoningTokens, '{token}', 'Output tokens that the model thought with; part of the output tokens'),
  toolCalls: counter(SPOOR_METRICS.toolCalls, '{call}', 'Tool calls'),
  toolDuration: histogram(SPOOR_METRICS.toolDuration, 's', { description: 'How long a tool call took, with the wait for a person, where that was measured', bounds: CALL_BOUNDS }),
  permissionDuration: histogram(SPOOR_METRICS.permissionDuration, 's', { description: 'How long a tool call waited for a person', bounds: CALL_BOUNDS }),
  sessions: counter(SPOOR_METRICS.sessions, '{session}', 'Sessions that had a turn'),
  turns: counter(SPOOR_METRICS.turns, '{turn}', 'Turns, from a prompt to its final answer'),
  turnDuration: histogram(SPOOR_METRICS.turnDuration, 's', { description: 'How long a turn took', bounds: TURN_BOUNDS }),
  subagents: counter(SPOOR_METRICS.subagents, '{run}', 'Turns of subagents'),
  costUsd: sum(SPOOR_METRICS.costUsd, '{USD}', 'US dollars that model requests cost'),
  costEquivalentUsd: sum(SPOOR_METRICS.costEquivalentUsd, '{USD}', 'US dollars that model requests would have cost that are not charged by the token'),
  credits: sum(SPOOR_METRICS.credits, '{credit}', 'Credits that were charged'),
  premiumRequests: sum(SPOOR_METRICS.premiumRequests, '{request}', 'What requests counted as, where premium requests are charged'),
} as const satisfies Record<string, Instrument>;

const BY_NAME: ReadonlyMap<string, Instrument> = new Map(Object.values(INSTRUMENTS).map((one) => [one.name, one]));

/** The instrument of this name; undefined for one of another version. */
export function findInstrument(name: string): Instrument | undefined {
  return BY_NAME.get(name);
}
