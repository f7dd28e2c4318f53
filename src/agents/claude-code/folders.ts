/**
 * Where Claude Code keeps its transcripts: `<config>/projects/<folder of a project>/<session>.jsonl`, a subagent's beside it in
 * `<session>/subagents/` (those of a workflow one level deeper); before 2.1 as `agent-<id>.jsonl` among the sessions. Names are
 * untrusted: only those of the known shapes become paths.
 */
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, FileStamp } from '../agent.ts';
import { stampOf } from '../history-files.ts';

/** A session's id is a UUID, a subagent's a few letters and digits, some with a word of what it is for. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const AGENT_FILE = /^agent-(.+)\.jsonl$/;

/** A transcript as its place tells it. */
export interface Transcript {
  sessionId: string;
  file: FileStamp;
  /** Of a subagent: the session whose folder it stands in; absent where only its lines tell it. */
  mainSessionId?: string;
  isSubagent: boolean;
  /** `agent-<id>.meta.json`, where it is there. */
  meta?: FileStamp;
}

/** Whether an id may become a part of a path. */
export function isSafeId(id: string): boolean {
  return SAFE_ID.test(id);
}

/** Claude Code's own folder: `CLAUDE_CONFIG_DIR` where it is absolute, else `~/.claude`; undefined without a home. */
export function findConfigFolder({ env, home }: AgentEnvironment): string | undefined {
  const named = env.CLAUDE_CONFIG_DIR;
  if (named && isAbsolute(named)) return named;
  return home ? join(home, '.claude') : undefined;
}

/** The folders that hold projects. Some 1.0 versions kept theirs below `~/.config`. */
export function findProjectRoots(environment: AgentEnvironment): string[] {
  const config = findConfigFolder(environment);
  const { env, home } = environment;
  const isNamed = config !== undefined && config === env.CLAUDE_CONFIG_DIR;
  const other = home ? [join(env.XDG_CONFIG_HOME && isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : join(home, '.config'), 'claude')] : [];
  return [...(config === undefined ? [] : [config]), ...(isNamed ? [] : other)].map((folder) => join(folder, 'projects'));
}

/** The projects' folders in a root. A folder that is not there has none; one that cannot be read is a problem. */
export function listProjects(root: string, problems: Problem[]): string[] {
  return listEntries(root, problems).flatMap((entry) => (isFolder(root, entry) ? [join(root, entry.name)] : []));
}

/** The transcripts in a project's folder, those of subagents behind their session. */
export function listTranscripts(project: string, problems: Problem[]): Transcript[] {
  return listEntries(project, problems).flatMap((entry) => {
    if (entry.name.endsWith('.jsonl')) return toTranscript(project, entry.name) ?? [];
    return isSafeId(entry.name) && isFolder(project, entry) ? listSubagents(join(project, entry.name)) : [];
  });
}

/** The sessions' own transcripts in a project's folder. */
export function listMains(project: string): Transcript[] {
  return listEntries(project, []).flatMap(({ name }) => (name.endsWith('.jsonl') && !AGENT_FILE.test(name) ? (toTranscript(project, name) ?? []) : []));
}

/** The subagents' transcripts in a session's folder. */
export function listSubagents(sessionFolder: string): Transcript[] {
  const folder = join(sessionFolder, 'subagents');
  const runs = join(folder, 'workflows');
  const ofRuns = listEntries(runs, []).filter(({ name }) => isSafeId(name)).flatMap(({ name }) => listAgentFiles(join(runs, name), sessionFolder));
  return [...listAgentFiles(folder, sessionFolder), ...ofRuns];
}

function listAgentFiles(folder: string, sessionFolder: string): Transcript[] {
  return listEntries(folder, []).flatMap(({ name }) => {
    const id = AGENT_FILE.exec(name)?.[1];
    return id === undefined ? [] : (toSubagent(folder, id, basename(sessionFolder)) ?? []);
  });
}

function toTranscript(project: string, name: string): Transcript | undefined {
  const id = AGENT_FILE.exec(name)?.[1];
  if (id !== undefined) return toSubagent(project, id);
  return toMain(project, name.slice(0, -'.jsonl'.length));
}

/** A session's own transcript in a project's folder; undefined when there is none. */
export function toMain(project: string, sessionId: string): Transcript | undefined {
  const file = isSafeId(sessionId) ? stampOf(join(project, `${sessionId}.jsonl`)) : undefined;
  return file && { sessionId, file, isSubagent: false };
}

/** A subagent's transcript in a folder; undefined when there is none. */
export function toSubagent(folder: string, id: string, mainSessionId?: string): Transcript | undefined {
  const file = isSafeId(id) && id !== mainSessionId ? stampOf(join(folder, `agent-${id}.jsonl`)) : undefined;
  const meta = file && stampOf(join(folder, `agent-${id}.meta.json`));
  return file && { sessionId: id, file, isSubagent: true, ...(mainSessionId === undefined ? {} : { mainSessionId }), ...(meta ? { meta } : {}) };
}

/** The workflow's run that a subagent's transcript belongs to, where it is one's. */
export function runIdOf(transcriptPath: string): string | undefined {
  const folder = dirname(transcriptPath);
  return basename(dirname(folder)) === 'workflows' && basename(dirname(dirname(folder))) === 'subagents' ? basename(folder) : undefined;
}

/** The names in a folder, in order. */
function listEntries(folder: string, problems: Problem[]): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push({ code: 'unreadable-folder', detail: `${folder}: ${code}` });
    return [];
  }
}

function isFolder(parent: string, entry: Dirent): boolean {
  if (entry.isDirectory()) return true;
  if (!entry.isSymbolicLink()) return false;
  try {
    return statSync(join(parent, entry.name)).isDirectory();
  } catch {
    return false;
  }
}
