/** One signed question to one of AWS's services, over its plain HTTP interface. */
import { readAwsAnswer } from './answer.ts';
import type { CredentialsSource } from './credentials.ts';
import { CredentialsFault } from './fault.ts';
import { createSigner } from './signer.ts';

export interface AwsQuestion {
  /** As AWS calls it in host names and signatures. */
  service: 'sts' | 'xray' | 'logs';
  /** https://sts.eu-north-1.amazonaws.com */
  endpoint: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Asking {
  credentials: CredentialsSource;
  region: string;
  timeoutMillis: number;
}

/** `fault`: one sentence; nothing of the credentials stands in it. `isRefused`: this identity may not ask that. */
export type AwsReply = { text: string } | { fault: string; isRefused: boolean };

/** What is asked here is answered with some kilobytes. */
const MAX_REPLY_BYTES = 1_000_000;

/** Asks once. Never throws; done within the timeout. */
export async function askAws({ service, endpoint, path, headers, body }: AwsQuestion, { credentials, region, timeoutMillis }: Asking): Promise<AwsReply> {
  const url = new URL(path, endpoint);
  const signal = AbortSignal.timeout(timeoutMillis);
  try {
    const signed = await createSigner(credentials, { region, service }).sign({ method: 'POST', url, headers, body: Buffer.from(body) }, signal);
    const { host: _host, ...rest } = signed.headers;
    const response = await fetch(url, { method: 'POST', headers: rest, body, signal, redirect: 'manual' });
    const bytes = await readBytes(response);
    if (response.ok) return { text: bytes.toString('utf8') };
    const told = readAwsAnswer({ status: response.status, headers: Object.fromEntries(response.headers), body: bytes, isCut: false }, { region });
    const isRefused = told.isDenied;
    if (told.isStale) credentials.forget();
    return { fault: `${url.host} answered ${response.status}${told.advice && !isRefused ? `; ${told.advice}` : ''}`, isRefused };
  } catch (error) {
    if (error instanceof CredentialsFault) return { fault: error.message, isRefused: false };
    return { fault: signal.aborted ? `${url.host} gave no answer within ${timeoutMillis} ms` : `${url.host} cannot be reached`, isRefused: false };
  }
}

async function readBytes({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
