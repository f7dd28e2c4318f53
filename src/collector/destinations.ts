import type { Destination } from '../exporters/exporter.ts';

/** A destination's address without secrets: no user, password, query (keys stand there too) or header. */
export function toFingerprint({ exporter, url, path }: Destination): string {
  const address = url === undefined ? undefined : URL.parse(url);
  if (address) return `${address.protocol}//${address.host}${address.pathname}`;
  return `${exporter}:${path ?? ''}`;
}
