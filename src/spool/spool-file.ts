/**
 * One spool file: NUL-terminated header fields, an empty one, then the agent's stdin byte for byte.
 *
 *     spoor-hook 1 · <agent> · <pid of the shell> · <clock, or nothing> · NAME=value … · (empty) · payload
 *
 * Written by the shims of `hook/shim.ts`; untrusted all the same.
 */
import { hashOf } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import type { HookEvent } from '../agents/agent.ts';

/** The header's version that this program reads. */
const KNOWN_MARK = 1;
const MARK = /^spoor-hook (\d{1,9})$/;
const AGENT = /^[a-z0-9][a-z0-9-]{0,63}$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,63}-(\d{1,10})(?:\.\d{1,10})?$/;

/** All variables together: far above what a process may have in its environment (2 MB on Linux). */
export const MAX_HEADER_BYTES = 4_000_000;

/** File times come from the kernel's tick, 1 to 10 ms long. */
const FILE_TIME_RESOLUTION_NANO = 10_000_000;
const TICK_NANO = BigInt(FILE_TIME_RESOLUTION_NANO);
const CLOCK_RESOLUTION_NANO = 1_000;
/** Birth times before that (2020) are a filesystem's way to say that it has none. */
const EARLIEST_NANO = 1_577_836_800_000_000_000n;
/** A header clock further from the file's birth is no clock but a variable that some parent exported: the shell is not that slow. */
const CLOCK_SLACK_NANO = 2_000_000_000n;
/** Where there is no birth time: how long the payload may have taken to come. */
const LONGEST_WRITE_NANO = 120_000_000_000n;

/** A hook event as it stands in the spool. */
export interface SpooledEvent extends HookEvent {
  path: string;
  /** From the start of the hook's shell to the last byte of the payload (ms, to the resolution of file times). Absent where its clock tells none. */
  tookMillis?: number;
}

/** What the filesystem says of a spool file. */
export interface SpoolFileTimes {
  birthNano: bigint;
  modifiedNano: bigint;
}

export interface ParseSpoolFileOptions {
  path: string;
  name: string;
  bytes: Buffer;
  times: SpoolFileTimes;
  /** Whether somebody may still be writing it. */
  isWriterAlive: () => boolean;
}

/**
 * event: complete, or all that will ever come · waiting: its writer is still at it · newer: a shim of a newer version wrote it, leave
 * it to a newer reader · poisoned: never readable, and why.
 */
export type SpoolFileState =
  | { state: 'event'; event: SpooledEvent }
  | { state: 'waiting' }
  | { state: 'newer' }
  | { state: 'poisoned'; reason: string };

/** The pid in a spool file's name; undefined when no shim gave that name. */
export function writerOf(name: string): number | undefined {
  const pid = Number(NAME.exec(name)?.[1]);
  return pid > 0 ? pid : undefined;
}

/** Reads one file. Never throws. */
export function parseSpoolFile(options: ParseSpoolFileOptions): SpoolFileState {
  const { bytes, isWriterAlive } = options;
  const header = readHeader(bytes);
  const mark = MARK.exec(header.fields[0] ?? header.rest);
  if (!mark && !(header.fields.length === 0 && 'spoor-hook '.startsWith(header.rest))) return { state: 'poisoned', reason: 'it has no header of a spoor hook' };
  if (mark && Number(mark[1]) > KNOWN_MARK) return { state: 'newer' };
  if (header.payloadStart === undefined) {
    if (isWriterAlive()) return { state: 'waiting' };
    return { state: 'poisoned', reason: 'its writer died, or the disk was full, before the header was complete' };
  }
  const [, agent = '', pid = '', clock = '', ...variables] = header.fields;
  if (!AGENT.test(agent) || !/^\d{1,10}$/.test(pid)) return { state: 'poisoned', reason: 'its header names no agent or no process' };
  const payload = bytes.toString('utf8', header.payloadStart);
  const complete = isJsonObject(payload);
  if (!complete && isWriterAlive()) return { state: 'waiting' };
  return { state: 'event', event: toEvent(options, { agent, pid, clock, variables, payload, truncated: !complete }) };
}

interface Header {
  fields: string[];
  /** What stands after the last complete field, cut: of use while there is none. */
  rest: string;
  /** Absent: the header is not complete. */
  payloadStart?: number;
}

function readHeader(bytes: Buffer): Header {
  const fields: string[] = [];
  let start = 0;
  while (start < MAX_HEADER_BYTES) {
    const end = bytes.indexOf(0, start);
    if (end < 0) break;
    // The fourth field is the clock, the only one that may be empty without being the end.
    if (end === start && fields.length !== 3) return { fields, rest: '', payloadStart: end + 1 };
    fields.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return { fields, rest: bytes.toString('latin1', start, start + 32) };
}

interface Told {
  agent: string;
  pid: string;
  clock: string;
  variables: string[];
  payload: string;
  truncated: boolean;
}

function toEvent({ path, name, times }: ParseSpoolFileOptions, told: Told): SpooledEvent {
  const at = toInstant(told.clock, times);
  const made = hasBirth(times) ? times.birthNano : times.modifiedNano;
  return {
    agent: told.agent,
    // Without the newline that may still follow a complete payload, so that an early and a late look agree.
    key: hashOf('hook', name, String(made), told.clock, told.payload.trimEnd()),
    payload: told.payload,
    truncated: told.truncated,
    at,
    order: Number(told.pid),
    env: toEnv(told.variables),
    path,
    ...toTook(told, at, times),
  };
}

/** A file time is that of the last tick, so it may be before the clock. */
function toTook({ truncated }: Told, at: Instant, { modifiedNano }: SpoolFileTimes): { tookMillis?: number } {
  if (truncated || at.resolutionNano !== CLOCK_RESOLUTION_NANO) return {};
  return { tookMillis: Math.max(0, Number(modifiedNano - at.unixNano) / 1e6) };
}

function toEnv(variables: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const pair of variables) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=([^]*)$/.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) env[name] = value;
  }
  return env;
}

/** The shell's clock (bash writes it with the locale's decimal sign), else when the file was made, else when it was last written. */
function toInstant(clock: string, times: SpoolFileTimes): Instant {
  const match = /^(\d{10,11})[.,](\d{6})$/.exec(clock);
  if (match) {
    const unixNano = BigInt(match[1] ?? 0) * 1_000_000_000n + BigInt(match[2] ?? 0) * 1000n;
    const from = hasBirth(times) ? times.birthNano - TICK_NANO : times.modifiedNano - LONGEST_WRITE_NANO;
    const to = hasBirth(times) ? times.birthNano + CLOCK_SLACK_NANO : times.modifiedNano + TICK_NANO;
    if (unixNano >= from && unixNano <= to) return { unixNano, source: 'hook', resolutionNano: CLOCK_RESOLUTION_NANO };
  }
  const unixNano = hasBirth(times) ? times.birthNano : times.modifiedNano;
  return { unixNano, source: 'hook', resolutionNano: FILE_TIME_RESOLUTION_NANO };
}

function hasBirth({ birthNano, modifiedNano }: SpoolFileTimes): boolean {
  return birthNano >= EARLIEST_NANO && birthNano <= modifiedNano + TICK_NANO;
}

/** Every agent sends an object, and only a whole object parses: a prefix of one never does. */
function isJsonObject(payload: string): boolean {
  if (!payload.trimEnd().endsWith('}')) return false;
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
