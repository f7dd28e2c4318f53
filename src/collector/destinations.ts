import type { Destination } from '../exporters/exporter.ts';

/** A destination's address without secrets: no user, password, query (keys stand there too) or header. */
export function toFingerprint({ exporter, url, path }: Destination): string {
  const address = url === undefined ? undefined : URL.parse(url);
  if (address) return `${address.protocol}//${address.host}${address.pathname}`;
  return `${exporter}:${path ?? ''}`;
}

/**
 * Whether a configured destination (with its secrets in place) is what a shell describes. The shell's headers say to whom its spans belong:
 * one address may have many tenants. A shell that names none takes what is configured.
 */
export function isSameBackend(configured: Destination, { url, headers }: Destination): boolean {
  const told = new Map(Object.entries(configured.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return url !== undefined && configured.url === url && Object.entries(headers).every(([name, value]) => told.get(name.toLowerCase()) === value);
}
