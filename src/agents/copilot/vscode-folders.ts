/**
 * Where Copilot in VS Code writes its sessions down, in the CLI's form with fewer events:
 * `<user folder>/workspaceStorage/<workspace>/GitHub.copilot-chat/transcripts/<session>.jsonl`. `workspace.json` beside it says which folder the
 * workspace is. Names are untrusted: only plain ones become paths.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, FileStamp, HistorySource } from '../agent.ts';
import { listNames, stampOf } from '../history-files.ts';
import { readRegularFile } from '../regular-file.ts';
import { asRecord, asText } from '../untrusted.ts';
import { isSafeId } from './folders.ts';
import { findTraces, stampRequests } from './vscode-traces.ts';

const TRANSCRIPTS = ['GitHub.copilot-chat', 'transcripts'] as const;
const PRODUCTS = ['Code', 'Code - Insiders', 'VSCodium'] as const;
/** On a machine that VS Code reaches over the network. */
const SERVERS = ['.vscode-server', '.vscode-server-insiders'] as const;
/** A line in truth. */
const MAX_WORKSPACE_BYTES = 1 << 16;

/** Folders of workspaces that there may be. */
export function findWorkspaceFolders({ home, env, platform }: AgentEnvironment): string[] {
  if (!home) return [];
  const servers = SERVERS.map((server) => join(home, server, 'data'));
  const products = PRODUCTS.map((product) => join(findApplicationFolder(home, env, platform), product));
  return [...products, ...servers].map((folder) => join(folder, 'User', 'workspaceStorage'));
}

function findApplicationFolder(home: string, env: AgentEnvironment['env'], platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  const named = platform === 'win32' ? env.APPDATA : env.XDG_CONFIG_HOME;
  if (named && isAbsolute(named)) return named;
  return platform === 'win32' ? join(home, 'AppData', 'Roaming') : join(home, '.config');
}

/** All sessions of all workspaces in such a folder. */
export function listTranscripts(folder: string, problems: Problem[]): HistorySource[] {
  const sources = listNames(folder, problems).flatMap((workspace) => {
    const transcripts = join(folder, workspace, ...TRANSCRIPTS);
    return listFiles(transcripts).flatMap((name) => toSource(transcripts, name.replace(/\.jsonl$/, '')) ?? []);
  });
  return sources.length === 0 ? [] : addRequestStamps(sources, stampRequests(findTraces(folder)));
}

/** What tells of their requests changes apart from them. */
function addRequestStamps(sources: HistorySource[], stamps: ReadonlyMap<string, FileStamp>): HistorySource[] {
  return sources.map((source) => {
    const stamp = stamps.get(source.sessionId);
    return stamp ? { ...source, files: [...source.files, stamp] } : source;
  });
}

/** The session with this id in such a folder; the id is untrusted. */
export function findTranscript(folder: string, sessionId: string): HistorySource | undefined {
  if (!isSafeId(sessionId)) return undefined;
  for (const workspace of listNames(folder, [])) {
    const source = toSource(join(folder, workspace, ...TRANSCRIPTS), sessionId);
    if (source) return addRequestStamps([source], stampRequests(findTraces(folder), sessionId))[0];
  }
  return undefined;
}

/** The session whose transcript this is; undefined: it is none. */
export function transcriptAt(path: string): HistorySource | undefined {
  const source = basename(dirname(path)) === 'transcripts' && path.endsWith('.jsonl') ? toSource(dirname(path), basename(path, '.jsonl')) : undefined;
  const workspaces = dirname(dirname(dirname(dirname(path))));
  return source && addRequestStamps([source], stampRequests(findTraces(workspaces), source.sessionId))[0];
}

/** The folder that a workspace is; undefined where it is none on this machine. */
export function readWorkspaceFolder(path: string): string | undefined {
  try {
    const folder = asText(asRecord(JSON.parse(readRegularFile(path, MAX_WORKSPACE_BYTES).toString('utf8')))?.folder);
    return folder?.startsWith('file:') ? fileURLToPath(folder) : undefined;
  } catch {
    return undefined;
  }
}

function toSource(transcripts: string, sessionId: string): HistorySource | undefined {
  const transcript = isSafeId(sessionId) ? stampOf(join(transcripts, `${sessionId}.jsonl`)) : undefined;
  if (!transcript) return undefined;
  const workspace = stampOf(join(dirname(dirname(transcripts)), 'workspace.json'));
  const files: FileStamp[] = workspace ? [transcript, workspace] : [transcript];
  return { sessionId, files, modifiedMillis: transcript.modifiedMillis };
}

/** Most workspaces have none. */
function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort();
  } catch {
    return [];
  }
}
