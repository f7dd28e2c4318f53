/** Verifies signatures as AWS does, by nothing but node's hashes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHash, createHmac } from 'node:crypto';

export interface RawRequest {
  method: string;
  /** With the query, as it stood in the request line. */
  path: string;
  /** Names in lower case; values as their bytes were. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface Verifying {
  secretAccessKey: string;
  region: string;
  service: string;
}

/** Beyond this AWS does not accept a signature. */
const SKEW_MILLIS = 5 * 60_000;

/** Why the signature is wrong; undefined: it is right. */
export function findSignatureFault(request: RawRequest, { secretAccessKey, region, service }: Verifying): string | undefined {
  const { headers } = request;
  const told = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '');
  if (!told) return 'there is no signature';
  const [, , day = '', toldRegion, toldService, names = '', signature] = told;
  const date = headers['x-amz-date'] ?? '';
  if (toldRegion !== region) return 'another region';
  if (toldService !== service) return 'another service';
  if (!date.startsWith(day)) return 'the dates differ';
  if (Math.abs(Date.now() - toMillis(date)) > SKEW_MILLIS) return 'it is too old';
  const signed = names.split(';');
  const missing = ['host', 'x-amz-date', ...Object.keys(headers).filter((name) => name.startsWith('x-am') || name.startsWith('x-aws-'))].find((name) => !signed.includes(name));
  if (missing !== undefined) return `${missing} is not signed`;
  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  if (headers['x-amz-content-sha256'] !== undefined && headers['x-amz-content-sha256'] !== bodyHash) return 'another body';
  const scope = `${day}/${region}/${service}/aws4_request`;
  const canonical = toCanonical(request, signed, bodyHash);
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return hmac(key, text).toString('hex') === signature ? undefined : 'another signature';
}

function toCanonical({ method, path, headers }: RawRequest, signed: readonly string[], bodyHash: string): string {
  const [route = '', query = ''] = path.split('?');
  const lines = signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ').replace(/[ \t]+/g, ' ')}`);
  return [method, route.split('/').map(encode).join('/'), query.split('&').sort().join('&'), ...lines, '', signed.join(';'), bodyHash].join('\n');
}

/** The path of the request line is encoded once more. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function toMillis(date: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
