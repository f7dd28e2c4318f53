/** Reads the body of a request into memory of its own, bounded in bytes and time. */
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './decode-request.ts';

/** How many bytes of requests are held that are not answered yet. */
export interface ByteBudget {
  usedBytes: number;
  readonly maxBytes: number;
}

export interface BodyLimits {
  maxBytes: number;
  timeoutMillis: number;
  budget: ByteBudget;
}

/** It was broken off by who sent it: there is nobody to answer. */
export const GONE = Symbol('gone');

/** The bytes, which stay in the budget until the caller takes them out. 413: too long · 408: too slow · 503: too much waits already. Never rejects. */
export function readBody(request: IncomingMessage, { maxBytes, timeoutMillis, budget }: BodyLimits): Promise<Uint8Array<ArrayBuffer> | Refusal | typeof GONE> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (result: Uint8Array<ArrayBuffer> | Refusal | typeof GONE): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      // Its rest is read and thrown away, or the sender would not read the answer.
      request.on('error', () => undefined).resume();
      if (!(result instanceof Uint8Array)) budget.usedBytes -= bytes;
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      budget.usedBytes += chunk.length;
      if (bytes > maxBytes) return end({ status: 413, message: `The request is larger than ${maxBytes} bytes. Send smaller batches.` });
      if (budget.usedBytes > budget.maxBytes) return end({ status: 503, message: 'Too much waits to be stored. Send it again a little later.' });
      chunks.push(chunk);
    };
    const onEnd = (): void => end(concat(chunks, bytes));
    const onGone = (): void => end(GONE);
    const timer = setTimeout(() => end({ status: 408, message: `The request did not arrive within ${timeoutMillis / 1000} s.` }), timeoutMillis);
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

/** Into memory that can be given to another thread: small chunks share theirs. */
function concat(chunks: readonly Buffer[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
    letGo(chunk);
  }
  return whole;
}

/** What was copied is given back at once: the collector of garbage sees a small object and takes its time, while tens of megabytes hang on it. */
function letGo({ buffer, byteOffset, byteLength }: Buffer): void {
  const isAlone = byteOffset === 0 && buffer.byteLength === byteLength;
  if (isAlone && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
