/**
 * Where Codex keeps its rollouts: `$CODEX_HOME/sessions/YYYY/MM/DD/rollout-<local time>-<thread>.jsonl`, and `archived_sessions/` without
 * the folders of the days. Names are untrusted: only those of the known shapes become paths.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { FileStamp } from '../agent.ts';
import { listNames, stampOf } from '../history-files.ts';
import { asRecord } from '../untrusted.ts';

const NAME = /^rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-([0-9A-Za-z-]{8,64})\.jsonl$/;
const SAFE_ID = /^[0-9A-Za-z][0-9A-Za-z-]{7,63}$/;
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/;
/** The parts of the first line that are wanted stand before the model's instructions, which are tens of kilobytes. */
const HEAD_BYTES = 4096;
const MOST_HEAD_BYTES = 1 << 20;
const DAY_MILLIS = 86_400_000;

export interface RolloutFile {
  sessionId: string;
  stamp: FileStamp;
}

/** Whether an id may be looked for by its name. */
export function isSafeId(id: string): boolean {
  return SAFE_ID.test(id);
}

/** The folders with rollouts in them below a Codex home. A folder that is not there has none; one that cannot be read is a problem. */
export function listRolloutFolders(home: string, problems: Problem[]): string[] {
  const sessions = join(home, 'sessions');
  const below = (folders: readonly string[], name: RegExp): string[] => folders.flatMap((folder) => listNames(folder, problems).filter((one) => name.test(one)).map((one) => join(folder, one)));
  const days = below(below(below([sessions], /^\d{4}$/), /^\d\d$/), /^\d\d$/);
  return [...days, sessions, join(home, 'archived_sessions')];
}

/** The rollouts in a folder. */
export function listRollouts(folder: string, problems: Problem[]): RolloutFile[] {
  return listNames(folder, problems).flatMap((name) => {
    const sessionId = NAME.exec(name)?.[1];
    const stamp = sessionId === undefined ? undefined : stampOf(join(folder, name));
    return sessionId !== undefined && stamp ? [{ sessionId, stamp }] : [];
  });
}

/**
 * The folders in which a thread's file is likely: its id tells when it was made, the folder's name the local day. Where nothing is
 * found in these, in any.
 */
export function likelyFolders(home: string, sessionId: string): string[] {
  const [, high, low] = UUID_V7.exec(sessionId) ?? [];
  if (high === undefined || low === undefined) return [];
  const millis = Number.parseInt(high + low, 16);
  return [0, -1, 1].map((days) => {
    const [date = ''] = new Date(millis + days * DAY_MILLIS).toISOString().split('T');
    return join(home, 'sessions', ...date.split('-'));
  });
}

/** The payload of a rollout's first line as far as it tells of other threads and of the door that Codex was entered by; undefined: it cannot be read. */
export function readHead(path: string): Record<string, unknown> | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      let text = readStart(file, HEAD_BYTES);
      if (!text.includes('\n') && !text.includes('"base_instructions"')) text = readStart(file, MOST_HEAD_BYTES);
      return parseHead(text);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function readStart(file: number, bytes: number): string {
  const buffer = Buffer.allocUnsafe(bytes);
  return buffer.toString('utf8', 0, readSync(file, buffer, 0, bytes, 0));
}

/** A quote within a string is escaped: a name in plain quotes is a key. */
const KEY = /(?<!\\)"(id|session_id|forked_from_id|parent_thread_id|thread_source|source|originator)"\s*:\s*"([0-9A-Za-z_-]{1,64})"/g;

function parseHead(text: string): Record<string, unknown> {
  const end = text.indexOf('\n');
  if (end !== -1) {
    try {
      const root = asRecord(JSON.parse(text.slice(0, end)));
      return asRecord(root?.payload) ?? root ?? {};
    } catch {
      return {};
    }
  }
  const head = text.split('"base_instructions"', 1)[0] ?? '';
  const values: Record<string, unknown> = {};
  for (const [, key = '', value] of head.matchAll(KEY)) values[key] ??= value;
  if (/"source"\s*:\s*\{\s*"subagent"/.test(head)) values.thread_source = 'subagent';
  return values;
}
