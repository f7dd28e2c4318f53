/** `session_meta`, the first line of a rollout: which thread it is, and what it came out of. */
import { toBranch, toCommit, toRepositoryUrl, type Repository } from '../../core/repository.ts';
import type { SessionParent } from '../../core/session.ts';
import { parseRfc3339 } from '../../core/time.ts';
import { asNumber, asRecord, asText } from '../untrusted.ts';

export interface SessionMeta {
  id?: string;
  parent?: SessionParent;
  cwd?: string;
  version?: string;
  provider?: string;
  agentName?: string;
  startedAt?: bigint;
  /** Lines with a lower ordinal were copied from the parent. */
  firstOwnOrdinal: number;
  originator?: string;
  /** As it was when the thread began. */
  repository?: Repository;
}

/** The payload of the line → what it says. The first versions wrote it without a type, as the line itself. */
export function parseSessionMeta(payload: Record<string, unknown>): SessionMeta {
  const spawn = toSpawn(payload);
  return {
    id: asText(payload.id),
    parent: toParent(payload),
    cwd: asText(payload.cwd),
    version: asText(payload.cli_version),
    provider: asText(payload.model_provider),
    agentName: asText(payload.agent_role) ?? asText(spawn?.agent_role) ?? toLastName(payload.agent_path ?? spawn?.agent_path) ?? asText(payload.agent_nickname) ?? asText(spawn?.agent_nickname),
    startedAt: parseRfc3339(payload.timestamp),
    firstOwnOrdinal: asNumber(payload.subagent_history_start_ordinal) ?? 0,
    originator: asText(payload.originator),
    repository: toRepository(asRecord(payload.git)),
  };
}

function toRepository(git: Record<string, unknown> | undefined): Repository | undefined {
  const told = [['url', toRepositoryUrl(asText(git?.repository_url) ?? '')], ['branch', toBranch(asText(git?.branch))], ['commit', toCommit(asText(git?.commit_hash))]] as const;
  const known = told.filter(([, text]) => text !== undefined);
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

function toSpawn(payload: Record<string, unknown>): Record<string, unknown> | undefined {
  return asRecord(asRecord(asRecord(payload.source)?.subagent)?.thread_spawn);
}

/** `/lead/scout` → `scout`. */
function toLastName(path: unknown): string | undefined {
  return asText(path)?.split('/').findLast((name) => name !== '');
}

/** A subagent's thread names its parent, or at least the root; another thread with a copied history was forked. */
function toParent(payload: Record<string, unknown>): SessionParent | undefined {
  const id = asText(payload.id);
  const root = asText(payload.session_id);
  const isSubagent = payload.thread_source === 'subagent' || asRecord(payload.source)?.subagent !== undefined;
  const spawnedBy = asText(payload.parent_thread_id) ?? asText(toSpawn(payload)?.parent_thread_id) ?? (isSubagent && root !== id ? root : undefined);
  if (spawnedBy !== undefined && spawnedBy !== id) return { sessionId: spawnedBy, relation: 'subagent' };
  const forkedFrom = asText(payload.forked_from_id);
  return forkedFrom === undefined || forkedFrom === id ? undefined : { sessionId: forkedFrom, relation: 'fork' };
}
