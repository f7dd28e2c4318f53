/** Installing and uninstalling an agent's hooks, with the record that lets everything be undone. */
import { createHash } from 'node:crypto';
import type { FileEdit, InstallPlan, InstallRecord } from '../agents/agent.ts';
import type { Home } from '../config/home.ts';
import { loadInstallRecord, removeInstallRecord, saveInstallRecord } from '../config/install-record.ts';
import type { AgentId } from '../core/agent-id.ts';
import { VERSION } from '../core/version.ts';
import { applyEdits, findMissingFolders, removeEmptyFolders } from './apply-edits.ts';

export interface InstallAgentOptions {
  home: Home;
  agent: AgentId;
  plan: InstallPlan;
  nowMillis: number;
}

/**
 * Writes the record, then the plan's files. Throws an `InstallationError` when that fails; then both are as before. A plan
 * without edits renews the record all the same: it says since when the agent is traced.
 */
export function installAgent({ home, agent, plan, nowMillis }: InstallAgentOptions): void {
  const former = loadInstallRecord(home, agent);
  const blank: InstallRecord = { agent, installedAt: new Date(nowMillis).toISOString(), version: VERSION, files: [], notes: {} };
  const base = former ?? blank;
  saveInstallRecord(home, {
    ...base,
    version: VERSION,
    files: mergeFiles(base.files, plan.edits),
    createdFolders: [...new Set([...(base.createdFolders ?? []), ...findMissingFolders(plan.edits)])],
    notes: { ...base.notes, ...plan.remember },
  });
  try {
    applyEdits(plan.edits);
  } catch (error) {
    if (former) saveInstallRecord(home, former);
    else removeInstallRecord(home, agent);
    throw error;
  }
}

/** Applies the plan, removes the folders that install made and are empty now, and forgets the record. Throws as install does. */
export function uninstallAgent(home: Home, agent: AgentId, plan: InstallPlan): void {
  const folders = loadInstallRecord(home, agent)?.createdFolders ?? [];
  applyEdits(plan.edits);
  removeEmptyFolders(folders);
  removeInstallRecord(home, agent);
}

type RecordedFile = InstallRecord['files'][number];

function mergeFiles(recorded: readonly RecordedFile[], edits: readonly FileEdit[]): RecordedFile[] {
  const files = new Map(recorded.map((file) => [file.path, file]));
  for (const edit of edits) if (edit.after) files.set(edit.path, toRecordedFile(files.get(edit.path), edit, edit.after));
  return [...files.values()];
}

function toRecordedFile(former: RecordedFile | undefined, { path, before }: FileEdit, after: Buffer): RecordedFile {
  const afterSha256 = sha256(after);
  if (!former || !before) return { path, created: !before, ...(before ? { beforeBase64: before.toString('base64') } : {}), afterSha256 };
  // Nobody has touched it since we did: what was before us is still what it was.
  if (former.afterSha256 === sha256(before)) return { ...former, afterSha256 };
  // Edited in between, with our hooks in it: there is no content to go back to, only our hooks to take out.
  return { path, created: false, afterSha256 };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
