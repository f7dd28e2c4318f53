/** What the hook payloads of several agents have in common: one JSON object, stamped by the agent before it starts the hook. */
import { isTooDeep } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import { NANOS_PER_MILLI, NANOS_PER_SECOND, parseRfc3339, type Instant } from '../core/time.ts';
import type { HookEvent } from './agent.ts';
import { asRecord } from './untrusted.ts';

/** The payload as an object; undefined, with a problem that says why, where it is none. What was cut off with its writer is no problem. */
export function parseHookPayload(event: HookEvent, problems: Problem[]): Record<string, unknown> | undefined {
  if (event.payload.includes('�')) problems.push({ code: 'invalid-utf8', detail: 'payload held bytes that are not UTF-8' });
  try {
    const parsed: unknown = JSON.parse(event.payload);
    if (isTooDeep(parsed)) {
      problems.push({ code: 'too-deep', detail: 'the payload nests deeper than 200 levels' });
      return undefined;
    }
    const value = asRecord(parsed);
    if (!value) problems.push({ code: 'payload-not-an-object', detail: 'the payload is JSON but no object' });
    return value;
  } catch {
    if (!event.truncated) problems.push({ code: 'bad-json', detail: `${event.payload.length} characters that are no JSON` });
    return undefined;
  }
}

/** The agent's stamp is believed if it lies at most so far from the hook's own clock. */
const LATEST_STAMP_NANO = 2n * NANOS_PER_SECOND;
const EARLIEST_STAMP_NANO = 600n * NANOS_PER_SECOND;

/** When the agent had the event: its own stamp leaves out what it took to start the hook, most of what parallel calls seem to differ by. */
export function toStampedInstant(timestamp: unknown, { at }: HookEvent): Instant {
  const stamp = parseRfc3339(timestamp);
  if (stamp === undefined || stamp > at.unixNano + LATEST_STAMP_NANO || stamp < at.unixNano - EARLIEST_STAMP_NANO) return at;
  return { unixNano: stamp, source: 'hook', resolutionNano: Number(NANOS_PER_MILLI) };
}

/** The process that ran the hook: the agent, where nothing stands between. */
export function agentPidOf({ env }: HookEvent): number | undefined {
  return /^\d{1,10}$/.test(env.PPID ?? '') ? Number(env.PPID) : undefined;
}

/** A foreign name in quotes where it is a plain one, else what it is instead: details of problems carry no content. */
export function toPlainName(value: unknown): string {
  if (typeof value === 'string') return /^[A-Za-z_-]{1,40}$/.test(value) ? `"${value}"` : '(no plain name)';
  return value === undefined ? '(absent)' : `(${value === null ? 'null' : typeof value})`;
}
