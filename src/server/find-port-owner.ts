/** Which process listens at a port of loopback, by what Linux tells of this user's own processes. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** TCP_LISTEN in the fourth column of /proc/net/tcp: https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt */
const LISTENING = '0A';

export interface PortOwner {
  pid: number;
  /** The program's name. */
  name: string;
}

/** Undefined where it cannot be known: not Linux, another user's. Never throws. */
export function findPortOwner(port: number): PortOwner | undefined {
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  const pid = attempt(() => readdirSync('/proc'))?.find((name) => /^\d+$/.test(name) && holdsOne(name, sockets));
  if (pid === undefined) return undefined;
  const [program = 'a program'] = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')) ?? [];
  return { pid: Number(pid), name: basename(program) };
}

/** The inodes of sockets that listen at this port. */
function listeners(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = attempt(() => readFileSync(table, 'utf8').split('\n').slice(1).map((line) => line.trim().split(/\s+/))) ?? [];
  return rows.flatMap((columns) => (columns[1]?.endsWith(suffix) && columns[3] === LISTENING && columns[9] ? [columns[9]] : []));
}

function holdsOne(pid: string, sockets: ReadonlySet<string>): boolean {
  const fds = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return fds.some((fd) => sockets.has(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''));
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
