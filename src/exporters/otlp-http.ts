/**
 * OTLP over HTTP: one POST a batch, protobuf or JSON, gzip or not. It never tries again by itself (the outbox does), never
 * follows a redirect, and is done within its timeout whatever the other side does. What an answer means stands in
 * `otlp-http-answer.ts`.
 */
import { type Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { VERSION } from '../core/version.ts';
import { toOtlpJson } from '../otlp/to-json.ts';
import { toProtobuf } from '../otlp/to-protobuf.ts';
import type { TraceBatch } from '../otlp/trace.ts';
import { readAwsAnswer, toAwsResult } from './aws/answer.ts';
import { createCredentials } from './aws/credentials.ts';
import { CredentialsFault } from './aws/fault.ts';
import { createSigner, type Signer } from './aws/signer.ts';
import type { Destination, Exporter, ExportResult } from './exporter.ts';
import { createAgentSource } from './http-agent.ts';
import { type HttpAnswer, toExportResult } from './otlp-http-answer.ts';

/** The limit that the OTLP specification sets for answers: what lies beyond is not read. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Headers that say how the body is written: they are ours, whatever the configuration says. */
const OWN_HEADERS = new Set(['content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'host', 'connection', 'expect']);

/** Phoenix takes exactly this type: a parameter behind it is answered with 415. */
const CONTENT_TYPES = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;

const compress = promisify(gzip);

interface Connection {
  url: URL;
  /** No message may repeat a piece of these. */
  secrets: string[];
  agent: HttpAgent;
  headers: Record<string, string>;
  signer?: Signer;
}

/** An answer, and what of its request no message may repeat. */
interface Answered {
  answer: HttpAnswer;
  secrets: readonly string[];
}

/** Opens no connection yet. Throws one sentence when the destination has no usable URL. */
export function createOtlpHttpExporter(destination: Destination): Exporter {
  const url = parseUrl(destination);
  const agents = createAgentSource(url.protocol === 'https:', destination.tls);
  const connection: Omit<Connection, 'agent'> = { url, secrets: toSecrets(url, destination), headers: toHeaders(destination), signer: findSigner(destination) };
  return {
    async export(batch) {
      const agent = agents.open();
      if ('problem' in agent) return { status: 'retryable', message: `${url.host} was not asked: ${agent.problem}.` };
      // What the batch says of itself stands behind what the configuration says of all.
      return await exportBatch(batch, destination, { ...connection, agent, headers: { ...batch.headers, ...connection.headers } });
    },
    async close() {
      agents.close();
    },
  };
}

function parseUrl(destination: Destination): URL {
  const url = destination.url !== undefined && URL.canParse(destination.url) ? new URL(destination.url) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Error(`The destination ${destination.name} has no http or https URL. Give it one, for example http://127.0.0.1:4318/v1/traces.`);
}

/** Signed for X-Ray, the only endpoint of AWS that takes traces. */
function findSigner({ name, auth, region, profile }: Destination): Signer | undefined {
  if (auth !== 'sigv4') return undefined;
  if (region === undefined) throw new Error(`The destination ${name} has "auth: sigv4" and no region. Give it a "region", for example us-west-2.`);
  return createSigner(createCredentials(profile), { region, service: 'xray' });
}

function toHeaders({ protocol, compression, headers }: Destination): Record<string, string> {
  const own: Record<string, string> = { 'user-agent': `spoor/${VERSION}` };
  for (const [name, value] of Object.entries(headers)) {
    if (!OWN_HEADERS.has(name.toLowerCase())) own[name.toLowerCase()] = value;
  }
  own['content-type'] = CONTENT_TYPES[protocol];
  if (compression === 'gzip') own['content-encoding'] = 'gzip';
  return own;
}

/** Header values without their scheme, which is no secret, and whatever of the URL is not an address. */
function toSecrets(url: URL, { headers }: Destination): string[] {
  const values = Object.values(headers).map((value) => value.replace(/^(bearer|basic|token) +/i, ''));
  const pairs = Object.values(headers).flatMap((value) => toPair(/^basic +(.+)$/i.exec(value)?.[1]));
  return [...values, ...pairs, url.username, url.password, ...url.searchParams.values()];
}

/** A backend names a user and a password as they are, not as they are sent. */
function toPair(encoded: string | undefined): string[] {
  const plain = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const at = plain.indexOf(':');
  return at === -1 ? [] : [plain.slice(0, at), plain.slice(at + 1)];
}

/** The whole time, compression and a second connection included, is bounded by one deadline. */
async function exportBatch(batch: TraceBatch, destination: Destination, connection: Connection): Promise<ExportResult> {
  const deadline = AbortSignal.timeout(destination.timeoutMillis);
  const { signer, url: { host } } = connection;
  try {
    const body = await toBody(batch, destination);
    const { answer, secrets } = await post(body, connection, deadline);
    const result = toExportResult(answer, { protocol: destination.protocol, host, batch, secrets });
    if (!signer) return result;
    const told = readAwsAnswer(answer, destination);
    if (told.isStale) signer.forget();
    return toAwsResult(result, told);
  } catch (error) {
    if (error instanceof CredentialsFault) return { status: 'retryable', message: `${host} was not asked: ${error.message}.` };
    const why = deadline.aborted ? `gave no whole answer within ${destination.timeoutMillis} ms` : explain(error);
    return { status: 'retryable', message: `${host} ${why}.` };
  }
}

async function toBody(batch: TraceBatch, { protocol, compression }: Destination): Promise<Uint8Array> {
  const bytes = protocol === 'http/json' ? Buffer.from(toOtlpJson(batch), 'utf8') : toProtobuf(batch);
  // The fastest level: spans are so repetitive that the slower ones save little more.
  return compression === 'gzip' ? await compress(bytes, { level: constants.Z_BEST_SPEED }) : bytes;
}

/** A kept-alive connection may have been closed by the other side just now: that alone is tried a second time, on a new one. */
async function post(body: Uint8Array, connection: Connection, deadline: AbortSignal): Promise<Answered> {
  try {
    return await postOnce(body, connection, deadline);
  } catch (error) {
    if (deadline.aborted || !(error instanceof StaleConnection)) throw error;
    return await postOnce(body, connection, deadline);
  }
}

class StaleConnection extends Error {}

/** A signature is of its moment: each attempt has its own. */
async function postOnce(body: Uint8Array, connection: Connection, deadline: AbortSignal): Promise<Answered> {
  const { url, headers, secrets, signer } = connection;
  const signed = (await signer?.sign({ method: 'POST', url, headers, body }, deadline)) ?? { headers, secrets: [] };
  const answer = await sendRequest(body, { ...connection, headers: signed.headers }, deadline);
  return { answer, secrets: [...secrets, ...signed.secrets] };
}

function sendRequest(body: Uint8Array, { url, agent, headers }: Pick<Connection, 'url' | 'agent' | 'headers'>, deadline: AbortSignal): Promise<HttpAnswer> {
  const options: RequestOptions = { method: 'POST', agent, headers: { ...headers, 'content-length': String(body.length) }, signal: deadline };
  return new Promise<HttpAnswer>((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, options, (response) => void readAnswer(response).then(resolve, reject));
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    request.end(body);
  });
}

/** Reads at most 4 MiB; a longer answer is cut off there and its connection with it. */
async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), isCut: bytes > MAX_ANSWER_BYTES };
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: nothing listens there',
  ECONNRESET: 'closed the connection before it answered',
  EPIPE: 'closed the connection before it answered',
  ENOTFOUND: 'is not a known host name',
  EAI_AGAIN: 'could not be looked up now',
  ETIMEDOUT: 'did not accept a connection in time',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that this machine does not trust (self-signed)',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that this machine does not trust (self-signed)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate whose issuer this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a certificate whose issuer this machine does not know',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another host name',
  ERR_OSSL_PEM_NO_START_LINE: 'was not asked: a file of its "tls" is no PEM',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'was not asked: the client key does not belong to the client certificate',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'wants a client certificate: name "cert" and "key" in its "tls"',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'refused the TLS handshake: it may want a client certificate',
  EPROTO: 'does not speak TLS there: its address may be http, not https',
  ERR_INVALID_CHAR: 'was not asked: a configured header has a character that HTTP does not allow',
  ERR_INVALID_HTTP_TOKEN: 'was not asked: a configured header has a name that HTTP does not allow',
};

/** Only the error's code is told: its text may hold addresses and header values. */
function explain(error: unknown): string {
  const root = error instanceof StaleConnection ? error.cause : error;
  const code = root instanceof Error && 'code' in root ? String(root.code) : undefined;
  if (code === undefined) return 'could not be asked';
  return REASONS[code] ?? `could not be asked (${code})`;
}
