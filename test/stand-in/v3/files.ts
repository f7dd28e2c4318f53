/** A V3 session's files: where they stand and how a line of them looks. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { uuidOf } from '../ids.ts';

/** The folder of the one workspace in which every session works. */
const WORKSPACE = '00aa11bb22cc33dd';

export interface V3Files {
  id: string;
  messages: string;
  /** Absent for a sub-execution. */
  session?: string;
  /** Where sub-executions go. */
  below: string;
  /** Lines so far: ids grow from the place. */
  lines: number;
}

/** A session of its own. */
export function sessionFiles(home: string, id: string): V3Files {
  const folder = join(home, '.kiro', 'sessions', WORKSPACE, id);
  return { id, messages: join(folder, 'messages.jsonl'), session: join(folder, 'session.json'), below: join(folder, 'sub-executions'), lines: 0 };
}

/** A sub-execution of a session. */
export function subFiles(parent: V3Files, id: string): V3Files {
  return { id, messages: join(parent.below, `${id}.jsonl`), below: parent.below, lines: 0 };
}

/** Appends a line now. `id` absent: one of its own. */
export function append(files: V3Files, clock: Clock, payload: Record<string, unknown>, id?: string): string {
  const own = id ?? uuidOf(files.id, files.lines);
  files.lines++;
  mkdirSync(dirname(files.messages), { recursive: true });
  appendFileSync(files.messages, `${JSON.stringify({ id: own, timestamp: new Date(clock.nowMillis()).toISOString(), payload })}\n`);
  return own;
}

/** Rewrites session.json. */
export function saveSession(files: V3Files, clock: Clock, values: { title: string; model: string; cwd: string; createdMillis: number }): void {
  if (!files.session) return;
  const toText = (millis: number): string => new Date(millis).toISOString();
  const root = {
    schemaVersion: '1.0.0', dataModelVersion: 1, id: files.id, title: values.title, agentMode: 'vibe', workspacePaths: [values.cwd], rootPaths: [values.cwd],
    createdAt: toText(values.createdMillis), lastModifiedAt: toText(clock.nowMillis()), modelId: values.model, autopilot: false, status: 'idle',
  };
  writeFileSync(files.session, JSON.stringify(root, null, 2));
}
