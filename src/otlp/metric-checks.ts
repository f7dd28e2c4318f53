/** What both decoders of metrics check. */
import type { Temporality } from './metric.ts';
import type { WirePoint } from './metric-point.ts';

/** Sets a time; 0 means that nobody told. */
export function setPointTime(point: WirePoint, field: 'startUnixNano' | 'unixNano', unixNano: bigint): void {
  if (unixNano !== 0n) point[field] = unixNano;
}

/** A number from the wire → temporality; what OTLP does not define is absent. */
export function toTemporality(value: unknown): Temporality | undefined {
  return value === 1 ? 'delta' : value === 2 ? 'cumulative' : undefined;
}
