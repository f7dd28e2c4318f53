/** Which user of this machine is at the other end of a connection over loopback, by what Linux tells of its sockets. */
import { readFile } from 'node:fs/promises';

/** https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt: sockets of IPv4, our own ends among them; and of programs that ask IPv4 addresses through IPv6. */
export const CONNECTION_TABLES = { v4: '/proc/net/tcp', v6: '/proc/net/tcp6' } as const;
/** 127.0.0.1 as each of them writes it. */
const LOOPBACK = ['0100007F', '0000000000000000FFFF00000100007F'];

/** uid: of the process that connected · unknown: this system does not tell · gone: it does, and the connection is not there (any more) */
export type PeerUser = { uid: number } | 'unknown' | 'gone';

/** A table as text; empty where the system has none. Never rejects. Takes the kernel up to tens of milliseconds, so no thread of ours waits for it. */
export async function readConnections(table: string): Promise<string> {
  return readFile(table, 'latin1').catch(() => '');
}

/** `connections`: read while the connection was there. `peerPort` and `ownPort`: its two ends, both on 127.0.0.1. */
export function findPeerUser(connections: string, { peerPort, ownPort }: { peerPort: number; ownPort: number }): PeerUser {
  const user = findUser(connections, peerPort, ownPort);
  if (user !== undefined) return { uid: user };
  // A table without our own end is not one of our connections.
  return findUser(connections, ownPort, peerPort) === undefined ? 'unknown' : 'gone';
}

/** Whether a connection may be answered with what the store holds: its user is this process's own, or root, or nobody tells. */
export function isOwnUser(peer: PeerUser, ownUid: number | undefined): boolean {
  if (peer === 'unknown' || ownUid === undefined) return true;
  return peer !== 'gone' && (peer.uid === ownUid || peer.uid === 0);
}

/** A row: number, local address, remote address, state, queues, timer, retransmits, user, … */
const USER = /^ [0-9A-F]{2} \S+ \S+ \S+ +(\d+) /;

/** The user of the socket with these ends. Text is searched, for there may be thousands of rows. */
function findUser(connections: string, localPort: number, remotePort: number): number | undefined {
  for (const address of LOOPBACK) {
    const ends = ` ${address}:${toHex(localPort)} ${address}:${toHex(remotePort)}`;
    const at = connections.indexOf(ends);
    const user = at < 0 ? undefined : USER.exec(connections.slice(at + ends.length, at + ends.length + 120))?.[1];
    if (user !== undefined) return Number(user);
  }
  return undefined;
}

function toHex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
