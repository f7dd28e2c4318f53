/** An answer's body → the same made smaller, where who asks can read that. On other threads: this one is everybody's. */
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';

/** Below this it takes longer than it saves, even through a tunnel. */
const LEAST_BYTES = 65_536;

const toGzip = promisify(gzip);
const toZstd = promisify(zstdCompress);

export interface Encoded {
  body: Uint8Array<ArrayBuffer>;
  encoding?: 'zstd' | 'gzip';
}

/** `acceptEncoding`: the header of that name, or ''. The lowest levels: who asks is near. zstd takes half of gzip's time. */
export async function compress(body: Uint8Array<ArrayBuffer>, acceptEncoding: string): Promise<Encoded> {
  if (body.byteLength < LEAST_BYTES) return { body };
  if (acceptsEncoding(acceptEncoding, 'zstd')) return { body: await toZstd(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }), encoding: 'zstd' };
  if (acceptsEncoding(acceptEncoding, 'gzip')) return { body: await toGzip(body, { level: 1 }), encoding: 'gzip' };
  return { body };
}

/** Whether the header names this encoding, with a weight that is not 0. RFC 9110, 12.5.3. */
export function acceptsEncoding(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
