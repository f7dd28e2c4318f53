/** Which user of this machine is at the other end of a connection over loopback, by what Linux tells of its sockets. */
import { readFileSync } from 'node:fs';

/** https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt: IPv4 sockets, and those of programs that ask IPv4 addresses through IPv6. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** Columns of a row. */
const LOCAL = 1;
const REMOTE = 2;
const USER = 7;

/** uid: of the process that connected · unknown: this system does not tell · gone: it does, and the connection is not there (any more) */
export type PeerUser = { uid: number } | 'unknown' | 'gone';

/** `peerPort` and `ownPort`: of the two ends of an IPv4 connection over loopback. Never throws. Costs a millisecond for a thousand connections of the machine. */
export function findPeerUser({ peerPort, ownPort }: { peerPort: number; ownPort: number }, tables: readonly string[] = TABLES): PeerUser {
  const rows = tables.flatMap(readRows);
  const isBetween = (row: readonly string[], local: number, remote: number): boolean => endsWithPort(row[LOCAL], local) && endsWithPort(row[REMOTE], remote);
  const own = rows.some((row) => isBetween(row, ownPort, peerPort));
  const uid = Number(rows.find((row) => isBetween(row, peerPort, ownPort))?.[USER] ?? NaN);
  if (Number.isInteger(uid)) return { uid };
  // A table without our own end is not one of our connections.
  return own ? 'gone' : 'unknown';
}

/** Whether a connection may be answered with what the store holds: its user is this process's own, or root, or nobody tells. */
export function isOwnUser(peer: PeerUser, ownUid: number | undefined): boolean {
  if (peer === 'unknown' || ownUid === undefined) return true;
  return peer !== 'gone' && (peer.uid === ownUid || peer.uid === 0);
}

function readRows(table: string): string[][] {
  try {
    return readFileSync(table, 'utf8').split('\n').slice(1).map((line) => line.trim().split(/\s+/));
  } catch {
    return [];
  }
}

/** Addresses are hexadecimal: `0100007F:10DE`. */
function endsWithPort(address: string | undefined, port: number): boolean {
  return address?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`) === true && /^(?:0{24}|0{16}FFFF0000)?0100007F:/.test(address);
}
