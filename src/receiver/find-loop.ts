/** Whether what is received would be sent to the receiver again. Pure. */

export interface LoopCandidate {
  name: string;
  /** Full URL; absent: it sends over no network. */
  url?: string;
}

/** A sentence that names the destination that leads to this very port of loopback; undefined: none does. */
export function findLoop(destinations: readonly LoopCandidate[], port: number): string | undefined {
  const own = destinations.find(({ url }) => url !== undefined && isOwnPort(url, port));
  if (!own) return undefined;
  return `The destination "${own.name}" leads to port ${port} of this machine, where spoor itself would take its spans in again. Serve at another port, or change its url in config.yaml.`;
}

function isOwnPort(text: string, port: number): boolean {
  const url = URL.parse(text);
  if (!url) return false;
  const own = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return own === port && (/^(?:127(?:\.\d{1,3}){3}|localhost|.*\.localhost|\[::1\]|0\.0\.0\.0|\[::\])$/).test(url.hostname);
}
