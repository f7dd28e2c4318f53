/** The worker's work on requests: decoded one after the other, what is an agent's handed to it, the rest committed in groups, then answered. */
import { setImmediate as turn } from 'node:timers/promises';
import type { TelemetrySource } from '../core/telemetry.ts';
import { decodeRequest, type EncodedRequest } from './decode-request.ts';
import type { TakeAnswer, Question } from './messages.ts';
import type { TelemetryGroup } from './telemetry-group.ts';
import type { TelemetryWriter } from './telemetry-writer.ts';
import { removeUsed, toRecords } from './to-records.ts';

/** Decoded requests that wait for their commit or for an agent: so much, unpacked, is held at once, and one request more. */
const HELD_BYTES = 8 << 20;
/** Sources whose owner is remembered: see `source-rows.ts`. */
const MOST_REMEMBERED = 1000;

const TRY_AGAIN: TakeAnswer = { status: 503, rejected: 0, message: 'It cannot be stored at the moment. Send it again.' };

export interface IntakeOptions {
  writer: TelemetryWriter;
  /** Rejects where it cannot be told: the request is then to be sent again. */
  ask(question: Question): Promise<unknown>;
  answer(id: number, answer: TakeAnswer): void;
  /** Told when the database refuses. */
  tellTrouble(error: unknown): void;
  nowMillis(): number;
}

export interface Intake {
  /** Answered some time later, each exactly once. */
  take(id: number, request: EncodedRequest): void;
}

interface Ready {
  id: number;
  signal: EncodedRequest['signal'];
  groups: TelemetryGroup[];
  bytes: number;
  answer: TakeAnswer;
}

export function createIntake({ writer, ask, answer, tellTrouble, nowMillis }: IntakeOptions): Intake {
  const waiting: { id: number; request: EncodedRequest }[] = [];
  let ready: Ready[] = [];
  let readyBytes = 0;
  let awaitedBytes = 0;
  let isRunning = false;
  const owners = new Map<string, string | null>();

  const findOwners = async (groups: readonly TelemetryGroup[]): Promise<void> => {
    const unknown = new Map(groups.filter(({ source }) => !owners.has(keyOf(source))).map(({ source }) => [keyOf(source), source]));
    if (unknown.size === 0) return;
    const told = (await ask({ type: 'owners', sources: [...unknown.values()] })) as (string | null)[];
    if (owners.size >= MOST_REMEMBERED) owners.clear();
    [...unknown.keys()].forEach((key, index) => owners.set(key, told[index] ?? null));
  };
  const merge = async (group: TelemetryGroup): Promise<TelemetryGroup> => {
    const agent = owners.get(keyOf(group.source)) ?? undefined;
    if (agent === undefined) return group;
    const used = (await ask({ type: 'records', agent, source: group.source, records: toRecords(group) })) as number[];
    return { ...removeUsed(group, used), agent };
  };
  const settle = async (one: Ready): Promise<void> => {
    awaitedBytes += one.bytes;
    try {
      await findOwners(one.groups);
      const groups: TelemetryGroup[] = [];
      for (const group of one.groups) groups.push(await merge(group));
      makeReady({ ...one, groups });
    } catch {
      answer(one.id, TRY_AGAIN);
    } finally {
      awaitedBytes -= one.bytes;
    }
  };
  const makeReady = (one: Ready): void => {
    ready.push(one);
    readyBytes += one.bytes;
    void run();
  };
  const decode = ({ id, request }: { id: number; request: EncodedRequest }): Promise<void> | undefined => {
    const decoded = tryDecode(request);
    if ('status' in decoded) return void answer(id, { rejected: 0, ...decoded });
    const { groups, bytes, rejected, problems } = decoded;
    const message = rejected > 0 ? problems.map(({ detail }) => detail).join('; ').slice(0, 500) : undefined;
    const one: Ready = { id, signal: request.signal, groups, bytes, answer: { status: 200, rejected, ...(message === undefined ? {} : { message }) } };
    if (groups.every(({ source }) => owners.get(keyOf(source)) === null)) return void makeReady(one);
    return settle(one);
  };
  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    while (waiting.length > 0 || ready.length > 0) {
      const next = waiting.shift();
      const settling = next && decode(next);
      if (settling && awaitedBytes > HELD_BYTES) await settling;
      if (ready.length > 0 && (waiting.length === 0 || readyBytes > HELD_BYTES)) {
        commit(ready);
        [ready, readyBytes] = [[], 0];
      }
      // Replies and requests that came meanwhile.
      await turn();
    }
    isRunning = false;
  };
  const commit = (group: readonly Ready[]): void => {
    try {
      writer.write(group, nowMillis());
      for (const one of group) answer(one.id, one.answer);
    } catch (error) {
      // One of them may be at fault: each alone, then.
      if (group.length > 1) return group.forEach((one) => commit([one]));
      tellTrouble(error);
      for (const one of group) answer(one.id, TRY_AGAIN);
    }
  };
  return {
    take(id, request) {
      waiting.push({ id, request });
      void run();
    },
  };
}

/** A body that breaks a decoder must not end the thread: its sender would try again for ever. */
function tryDecode(request: EncodedRequest): ReturnType<typeof decodeRequest> {
  try {
    return decodeRequest(request);
  } catch (error) {
    return { status: 400, message: `The request cannot be read: ${error instanceof Error ? error.name : 'unreadable'}.` };
  }
}

/** What an agent is known by: its service, its scope, its resource. */
function keyOf({ service, scope, resource }: TelemetrySource): string {
  return JSON.stringify([service, scope, resource], (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
