/** Connections to one backend, with the TLS files of its destination. The files are read when a connection is wanted, and again once they changed. */
import { readFileSync, statSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TlsFiles } from './exporter.ts';

export interface AgentSource {
  /** The agent for the next request, or why there can be none now. */
  open(): HttpAgent | { problem: string };
  /** Cuts all connections. Idempotent. */
  close(): void;
}

const TITLES = { ca: 'the authorities file', cert: 'the client certificate', key: 'the client key' } as const;

/** Opens no connection and no file yet. */
export function createAgentSource(isSecure: boolean, tls: TlsFiles | undefined): AgentSource {
  let agent: HttpAgent | undefined;
  let stamp = '';
  return {
    open() {
      const files = isSecure && tls ? listFiles(tls) : [];
      const now = files.map(({ path }) => stampOf(path)).join();
      if (agent && now === stamp) return agent;
      const read = readAll(files);
      if ('problem' in read) return read;
      agent?.destroy();
      stamp = now;
      agent = isSecure ? new HttpsAgent({ keepAlive: true, ...read }) : new HttpAgent({ keepAlive: true });
      return agent;
    },
    close: () => agent?.destroy(),
  };
}

interface TlsFile {
  role: keyof typeof TITLES;
  path: string;
}

function listFiles(tls: TlsFiles): TlsFile[] {
  return (['ca', 'cert', 'key'] as const).flatMap((role) => (tls[role] === undefined ? [] : [{ role, path: tls[role] }]));
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '';
}

function readAll(files: readonly TlsFile[]): Partial<Record<TlsFile['role'], Buffer>> | { problem: string } {
  const read: Partial<Record<TlsFile['role'], Buffer>> = {};
  for (const { role, path } of files) {
    try {
      read[role] = readFileSync(path);
    } catch (error) {
      return { problem: `${TITLES[role]} ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
    }
  }
  return read;
}
