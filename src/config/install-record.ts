/** What was installed, kept in `<SPOOR_HOME>/backups/<agent>.json` (0600): it holds the files as they were before. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { InstallRecord } from '../agents/agent.ts';
import type { AgentId } from '../core/agent-id.ts';
import { createHome, type Home } from './home.ts';
import { replaceFile } from './replace-file.ts';

/**
 * The record of this agent; undefined when it is not installed. Throws, naming the file, when the record cannot be read:
 * installing over it would forget how the files were.
 */
export function loadInstallRecord(home: Home, agent: AgentId): InstallRecord | undefined {
  const path = recordPath(home, agent);
  try {
    return toRecord(JSON.parse(readFileSync(path, 'utf8')), agent);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read (${error instanceof SyntaxError ? 'no JSON' : (error as Error).message}). Move it away, and what was installed must be taken out by hand.`);
  }
}

/** Every agent with a record, in order of their ids. Never throws. */
export function listInstalledAgents(home: Home): AgentId[] {
  try {
    return readdirSync(home.backups).filter((name) => /^[a-z0-9-]+\.json$/.test(name)).map((name) => name.slice(0, -'.json'.length)).sort();
  } catch {
    return [];
  }
}

/** Writes the record, durably. Throws what the disk throws. */
export function saveInstallRecord(home: Home, record: InstallRecord): void {
  createHome(home);
  replaceFile(recordPath(home, record.agent), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/** Forgets the record; none is no error. */
export function removeInstallRecord(home: Home, agent: AgentId): void {
  rmSync(recordPath(home, agent), { force: true });
}

function recordPath(home: Home, agent: AgentId): string {
  if (!/^[a-z0-9-]+$/.test(agent)) throw new Error(`"${agent}" is no id of an agent`);
  return join(home.backups, `${agent}.json`);
}

function toRecord(value: unknown, agent: AgentId): InstallRecord {
  const record = value as Partial<InstallRecord> | null;
  const isWhole = record !== null && typeof record === 'object' && record.agent === agent && typeof record.installedAt === 'string' && Array.isArray(record.files);
  if (!isWhole) throw new Error('it is no record of an installation');
  return { ...record, notes: record.notes ?? {}, version: record.version ?? '' } as InstallRecord;
}
