/**
 * Where Copilot CLI keeps its sessions: `<home>/.copilot/session-state/<session>/events.jsonl`, or below `COPILOT_HOME`. Names are untrusted:
 * only plain ones become paths.
 */
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, FileStamp, HistorySource } from '../agent.ts';
import { listNames, stampOf } from '../history-files.ts';

const SESSIONS = 'session-state';
const EVENTS = 'events.jsonl';
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Copilot's own folder; undefined without a home. */
export function findCopilotHome({ home, env }: AgentEnvironment): string | undefined {
  const named = env.COPILOT_HOME;
  if (named && isAbsolute(named)) return named;
  return home ? join(home, '.copilot') : undefined;
}

/** The folder of all sessions. */
export function findSessionsFolder(environment: AgentEnvironment): string | undefined {
  const home = findCopilotHome(environment);
  return home === undefined ? undefined : join(home, SESSIONS);
}

/** `--from` may name a session's events, its folder, the folder of all, Copilot's own, or a home folder. */
export function sessionsAt(from: string, problems: Problem[]): HistorySource[] {
  const folder = stampOf(from) && basename(from) === EVENTS ? dirname(from) : from;
  const own = toSource(dirname(folder), basename(folder));
  if (own) return [own];
  return [folder, join(folder, SESSIONS), join(folder, '.copilot', SESSIONS)].flatMap((sessions) => listSessions(sessions, problems));
}

/** The sessions in a folder of sessions. */
export function listSessions(folder: string, problems: Problem[]): HistorySource[] {
  return listNames(folder, problems).flatMap((name) => toSource(folder, name) ?? []);
}

/** The session with this id; the id is untrusted. */
export function findSession(folder: string, sessionId: string): HistorySource | undefined {
  return toSource(folder, sessionId);
}

/** The file of its events. */
export function eventsFileOf({ files }: HistorySource): FileStamp | undefined {
  return files.find(({ path }) => path.endsWith('.jsonl'));
}

/** Whether an id may become a part of a path. */
export function isSafeId(id: string): boolean {
  return SAFE_ID.test(id);
}

function toSource(folder: string, sessionId: string): HistorySource | undefined {
  if (!isSafeId(sessionId)) return undefined;
  const events = stampOf(join(folder, sessionId, EVENTS));
  if (!events) return undefined;
  const workspace = stampOf(join(folder, sessionId, 'workspace.yaml'));
  return { sessionId, files: workspace ? [events, workspace] : [events], modifiedMillis: events.modifiedMillis };
}
