/** Whether connections are the user's own. Each is looked up once, and those that come at once are looked up together. */
import type { Socket } from 'node:net';
import { CONNECTION_TABLES, findPeerUser, isOwnUser, readConnections } from './find-peer-user.ts';

export interface PeerCheck {
  /** To be called when a connection comes. */
  note(socket: Socket): void;
  /** Undefined: not known yet; `check` it. */
  known(socket: Socket): boolean | undefined;
  check(socket: Socket): Promise<boolean>;
}

export interface PeerCheckOptions {
  /** The user's own; undefined where the system has none. */
  uid?: number;
  read?(table: string): Promise<string>;
}

/** `own`: its port stands there when the server listens. */
export function createPeerCheck(own: { port: number }, { uid = process.getuid?.(), read = readConnections }: PeerCheckOptions = {}): PeerCheck {
  /** Counts connections that came, and readings that were begun. */
  let moment = 0;
  const cameAt = new WeakMap<Socket, number>();
  const known = new WeakMap<Socket, boolean>();
  const readers = { v4: createReader(() => read(CONNECTION_TABLES.v4), () => ++moment), v6: createReader(() => read(CONNECTION_TABLES.v6), () => ++moment) };
  const look = async (socket: Socket): Promise<boolean> => {
    const { remotePort } = socket;
    if (remotePort === undefined) return false;
    const ports = { peerPort: remotePort, ownPort: own.port };
    const since = cameAt.get(socket) ?? ++moment;
    const user = findPeerUser(await readers.v4(since), ports);
    // Our own end is there, so the other one may be among those of IPv6.
    const found = user === 'gone' ? findPeerUser(await readers.v6(since), ports) : user;
    return isOwnUser(user === 'gone' && found === 'unknown' ? 'gone' : found, uid);
  };
  return {
    note: (socket) => void cameAt.set(socket, ++moment),
    known: (socket) => (uid === undefined ? true : known.get(socket)),
    async check(socket) {
      const isOwn = await look(socket);
      known.set(socket, isOwn);
      return isOwn;
    },
  };
}

/** Gives a reading that was begun after `since`: an earlier one may tell of another connection, which had the same port. One at a time. */
function createReader(read: () => Promise<string>, nextMoment: () => number): (since: number) => Promise<string> {
  let last = { begun: -1, text: Promise.resolve('') };
  return async (since) => {
    while (last.begun < since) {
      const before = last;
      await before.text;
      // Somebody else who waited may have begun the next one.
      if (last === before) last = { begun: nextMoment(), text: read() };
    }
    return last.text;
  };
}
