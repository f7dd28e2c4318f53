/** Signature Version 4, by AWS's own library over node's SHA-256: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
import type { CredentialsSource } from './credentials.ts';
import { Sha256 } from './sha256.ts';

export interface SignableRequest {
  method: 'POST' | 'GET';
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** The bytes as they will be sent, compressed if they are. */
  body: Uint8Array;
}

export interface Signed {
  headers: Record<string, string>;
  /** What no message may repeat. */
  secrets: string[];
}

export interface Signer {
  /** The request's headers with the signature of this moment. Throws `CredentialsFault`. */
  sign(request: SignableRequest, signal: AbortSignal): Promise<Signed>;
  /** AWS did not accept the credentials. */
  forget(): void;
}

export interface SigningScope {
  region: string;
  /** As AWS calls it in signatures: `xray`. */
  service: string;
}

/** Signs with the credentials of that moment. The library is loaded with the first request. */
export function createSigner(credentials: CredentialsSource, { region, service }: SigningScope): Signer {
  return {
    async sign({ method, url, headers, body }, signal) {
      const found = await credentials.get(signal);
      const { SignatureV4 } = await import('@smithy/signature-v4');
      const signature = new SignatureV4({ credentials: found, region, service, sha256: Sha256 });
      const request = {
        method, protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: toQuery(url),
        headers: { ...headers, host: url.host }, body,
        ...(url.port ? { port: Number(url.port) } : {}),
      };
      const signed = await signature.sign(request, { unsignableHeaders: findUnsignable(headers) });
      return { headers: signed.headers, secrets: toSecrets(found, signed.headers.authorization) };
    },
    forget: () => credentials.forget(),
  };
}

/** A name that stands twice keeps both values. */
function toQuery({ searchParams }: URL): Record<string, string | string[]> {
  return Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]));
}

/** Beyond ASCII nobody says which bytes a header has: such a one goes along unsigned. */
function findUnsignable(headers: Readonly<Record<string, string>>): Set<string> {
  return new Set(Object.entries(headers).filter(([, value]) => /[^\t\u0020-\u007e]/.test(value)).map(([name]) => name.toLowerCase()));
}

function toSecrets({ accessKeyId, secretAccessKey, sessionToken }: Awaited<ReturnType<CredentialsSource['get']>>, authorization = ''): string[] {
  const signature = /Signature=([0-9a-f]+)/.exec(authorization)?.[1];
  return [accessKeyId, secretAccessKey, sessionToken, signature].filter((secret) => secret !== undefined);
}
