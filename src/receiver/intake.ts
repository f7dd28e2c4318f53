/** The worker's work on requests: decoded one after the other, what is an agent's handed to it, the rest committed in groups, then answered. */
import { setImmediate as turn } from 'node:timers/promises';
import { createMerger } from './create-merger.ts';
import { decodeRequest, type EncodedRequest } from './decode-request.ts';
import type { TakeAnswer, Question } from './messages.ts';
import type { TelemetryGroup } from './telemetry-group.ts';
import type { TelemetryWriter } from './telemetry-writer.ts';

/** Decoded requests that wait for their commit or for an agent: so much, unpacked, is held at once, and one request more. */
const HELD_BYTES = 8 << 20;

const TRY_AGAIN: TakeAnswer = { status: 503, rejected: 0, message: 'It cannot be stored at the moment. Send it again.' };

export interface IntakeOptions {
  writer: TelemetryWriter;
  /** Rejects where it cannot be told: the request is then to be sent again. */
  ask(question: Question): Promise<unknown>;
  /** Told before a request is decoded. */
  tellBegun(id: number): void;
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

export function createIntake(options: IntakeOptions): Intake {
  const { ask, answer } = options;
  const waiting: { id: number; request: EncodedRequest }[] = [];
  let ready: Ready[] = [];
  let [readyBytes, awaitedBytes] = [0, 0];
  let isRunning = false;
  const merger = createMerger(ask);

  const settle = async (one: Ready): Promise<void> => {
    awaitedBytes += one.bytes;
    try {
      makeReady({ ...one, groups: await merger.merge(one.groups) });
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
    options.tellBegun(id);
    const decoded = tryDecode(request);
    if ('status' in decoded) {
      answer(id, { rejected: 0, ...decoded });
      return undefined;
    }
    const { groups, bytes, rejected, problems } = decoded;
    const message = rejected > 0 ? problems.map(({ detail }) => detail).join('; ').slice(0, 500) : undefined;
    const one: Ready = { id, signal: request.signal, groups, bytes, answer: { status: 200, rejected, ...(message === undefined ? {} : { message }) } };
    if (!merger.areForeign(groups)) return settle(one);
    makeReady(one);
    return undefined;
  };
  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    while (waiting.length > 0 || ready.length > 0) {
      const next = waiting.shift();
      const settling = next && decode(next);
      if (settling && awaitedBytes > HELD_BYTES) await settling;
      if (ready.length > 0 && (waiting.length === 0 || readyBytes > HELD_BYTES)) {
        commit(ready, options);
        [ready, readyBytes] = [[], 0];
      }
      // Replies and requests that came meanwhile.
      await turn();
    }
    isRunning = false;
  };
  return {
    take(id, request) {
      waiting.push({ id, request });
      void run();
    },
  };
}

/** Writes all of them, and answers each. */
function commit(group: readonly Ready[], options: IntakeOptions): void {
  const { writer, answer, tellTrouble, nowMillis } = options;
  try {
    writer.write(group, nowMillis());
  } catch (error) {
    // One of them may be at fault: each alone, then.
    if (group.length > 1) return group.forEach((one) => commit([one], options));
    tellTrouble(error);
    for (const one of group) answer(one.id, TRY_AGAIN);
    return;
  }
  for (const one of group) answer(one.id, one.answer);
}

/** A body that breaks a decoder must not end the thread: its sender would try again for ever. */
function tryDecode(request: EncodedRequest): ReturnType<typeof decodeRequest> {
  try {
    return decodeRequest(request);
  } catch (error) {
    return { status: 400, message: `The request cannot be read: ${error instanceof Error ? error.name : 'unreadable'}.` };
  }
}
