/** Whether what is received would be sent to the receiver again. Pure. */
import { leadsToPort } from '../config/destination/address.ts';

export interface LoopCandidate {
  name: string;
  /** Full URL; absent: it sends over no network. */
  url?: string;
}

/** A sentence that names the destination that leads to this very port of loopback; undefined: none does. */
export function findLoop(destinations: readonly LoopCandidate[], port: number): string | undefined {
  const own = destinations.find(({ url }) => url !== undefined && leadsToPort(url, port));
  if (!own) return undefined;
  return `The destination "${own.name}" leads to port ${port} of this machine, where spoor itself would take its spans in again. Serve at another port, or change its url in config.yaml.`;
}
