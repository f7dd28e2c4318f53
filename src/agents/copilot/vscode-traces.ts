/**
 * `<user folder>/globalStorage/github.copilot-chat/agent-traces.db`: the spans that Copilot in VS Code keeps of itself, where
 * `github.copilot.chat.otel.dbSpanExporter.enabled` is set, for seven days. Its transcripts tell no model and no tokens: the requests in here
 * do, and are joined to the answers by their moments, for they have no id in common.
 */
import { dirname, join } from 'node:path';
import type { FactOf } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { Usage } from '../../core/usage.ts';
import { GEN_AI } from '../../semconv/names.ts';
import type { FileStamp } from '../agent.ts';
import { readForeignDatabase, type ForeignDatabase, type ForeignRow } from '../read-foreign-sqlite.ts';
import { asAmount, asCount, asDurationMillis, asNumber, asText, asUnixMillis } from '../untrusted.ts';

/** Between the path of the database and the session, in the stamp of a session's rows. */
const ROW_MARK = '#';

/** An answer is written down within this of its request's end: a moment before, or a little behind. */
const EARLIEST_NANO = 5_000_000_000n;
const LATEST_NANO = 1_000_000_000n;

/** Whether this is the stamp of a session's requests. */
export function isRequestsStamp({ path }: FileStamp): boolean {
  return path.includes(`agent-traces.db${ROW_MARK}`);
}

/** The database beside a folder of workspaces. */
export function findTraces(workspaces: string): string {
  return join(dirname(workspaces), 'globalStorage', 'github.copilot-chat', 'agent-traces.db');
}

const STAMPS = "SELECT COALESCE(conversation_id, chat_session_id) AS session_id, COUNT(*) AS requests, MAX(end_time_ms) AS ended FROM spans WHERE operation_name = 'chat'";

/** The stamps of the requests of each session, or of one. No database: none. */
export function stampRequests(path: string, sessionId?: string): Map<string, FileStamp> {
  const read = (database: ForeignDatabase): ForeignRow[] => {
    if (!database.tables.has('spans')) return [];
    return sessionId === undefined ? database.rows(`${STAMPS} GROUP BY 1`) : database.rows(`${STAMPS} AND (conversation_id = ? OR chat_session_id = ?) GROUP BY 1`, sessionId, sessionId);
  };
  const stamps = (readForeignDatabase(path, read).value ?? []).flatMap((row): [string, FileStamp][] => {
    const id = asText(row.session_id);
    return id === undefined ? [] : [[id, { path: `${path}${ROW_MARK}${id}`, size: asCount(row.requests) ?? 0, modifiedMillis: asNumber(row.ended) ?? 0, inode: 0 }]];
  });
  return new Map(stamps);
}

/** Fills in what the requests of a session tell of its answers; in order, as they come. `stamp`: one of `stampRequests`. */
export function addRequests(answers: readonly FactOf<'model.answered'>[], stamp: FileStamp, sessionId: string): Problem[] {
  const path = stamp.path.slice(0, -(ROW_MARK.length + sessionId.length));
  const { value = [], problems } = readForeignDatabase(path, (database) => readRows(database, sessionId));
  const requests = value.flatMap((row) => toRequest(row) ?? []);
  const taken = new Set<Request>();
  let first = 0;
  for (const answer of answers) {
    const at = answer.at?.unixNano;
    if (at === undefined) continue;
    while (first < requests.length && (requests[first] as Request).endedAt < at - EARLIEST_NANO) first++;
    const request = findNearest(requests, { first, at, taken });
    if (request) Object.assign(answer, taken.add(request) && request.values);
  }
  return problems;
}

/** Attributes that have no column of their own. */
const ATTRIBUTES: readonly (readonly [key: string, name: string])[] = [
  [GEN_AI.cacheCreationTokens, 'cache_creation'], [GEN_AI.responseId, 'response_id'], ['copilot_chat.copilot_usage_nano_aiu', 'nano_aiu'],
];

function readRows(database: ForeignDatabase, sessionId: string): ForeignRow[] {
  if (!database.tables.has('spans') || !database.tables.has('span_attributes')) return [];
  const more = ATTRIBUTES.map(([key, name]) => `, (SELECT value FROM span_attributes a WHERE a.span_id = s.span_id AND a.key = '${key}') AS ${name}`).join('');
  return database.rows(`SELECT s.*${more} FROM spans s WHERE operation_name = 'chat' AND (conversation_id = ? OR chat_session_id = ?) ORDER BY end_time_ms`, sessionId, sessionId);
}

interface Request {
  endedAt: bigint;
  values: Partial<FactOf<'model.answered'>>;
}

function toRequest(row: ForeignRow): Request | undefined {
  const [startedAt, endedAt] = [asUnixMillis(row.start_time_ms), asUnixMillis(row.end_time_ms)];
  if (startedAt === undefined || endedAt === undefined || endedAt < startedAt) return undefined;
  const values: Request['values'] = { startedAt, endedAt };
  const texts = { requestModel: asText(row.request_model), responseModel: asText(row.response_model), provider: asText(row.provider_name), responseId: asText(row.response_id) };
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) Object.assign(values, { [name]: text });
  const usage = toUsage(row);
  if (usage) values.usage = usage;
  const firstChunk = asDurationMillis(row.ttft_ms);
  if (firstChunk !== undefined && firstChunk > 0n) values.timeToFirstChunkNano = firstChunk;
  const nanoAiu = asAmount(Number(row.nano_aiu ?? NaN));
  if (nanoAiu !== undefined) Object.assign(values, { credits: nanoAiu / 1e9, billing: 'credits' } satisfies Request['values']);
  return { endedAt, values };
}

function toUsage(row: ForeignRow): Usage | undefined {
  const counts: Usage = { inputTokens: asCount(row.input_tokens), outputTokens: asCount(row.output_tokens), cacheReadTokens: asCount(row.cached_tokens), cacheCreationTokens: asCount(Number(row.cache_creation ?? NaN)), reasoningTokens: asCount(row.reasoning_tokens) };
  const told = Object.entries(counts).filter(([, count]) => count !== undefined);
  return told.length > 0 ? Object.fromEntries(told) : undefined;
}

/** `requests`: by their ends; from `first` on they are late enough. */
function findNearest(requests: readonly Request[], { first, at, taken }: { first: number; at: bigint; taken: ReadonlySet<Request> }): Request | undefined {
  let found: { request: Request; distance: bigint } | undefined;
  for (let index = first; index < requests.length; index++) {
    const request = requests[index] as Request;
    if (request.endedAt > at + LATEST_NANO) break;
    const distance = request.endedAt > at ? request.endedAt - at : at - request.endedAt;
    if (!taken.has(request) && (!found || distance < found.distance)) found = { request, distance };
  }
  return found?.request;
}
