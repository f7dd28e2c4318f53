/** A session that was cut → all that its page asks for, by the same functions that answer the dashboard. */
import type { Session } from '../../core/session.ts';
import type { Sharing } from '../../core/sharing.ts';
import { VERSION } from '../../core/version.ts';
import type { ShareJson } from '../../query/api/share.ts';
import type { SpanAnswer } from '../../query/api/session.ts';
import { answerDetails, answerSession } from '../../query/questions/session.ts';
import { createContexts } from '../../query/reader/create-contexts.ts';
import { toSpanAnswer } from '../../query/reader/to-span-answer.ts';
import { toReading } from '../../query/to-reading.ts';
import { toPolicy } from '../../semconv/combine-sharing.ts';
import { GEN_AI } from '../../semconv/names.ts';
import { shareText } from '../../semconv/share.ts';
import type { SqliteStore } from '../../store/sqlite/open-store.ts';
import { isTimeTold, type Wait } from '../../core/run-time.ts';
import type { StoredSpan } from '../../store/store.ts';

export interface ShareOptions {
  sharing: Sharing;
  nowMillis: number;
}

/** `cut`: what `cutSession` made of it. */
export async function toShareJson(cut: SqliteStore, { agent, sessionId }: Session, { sharing, nowMillis }: ShareOptions): Promise<ShareJson> {
  const reading = toReading(cut.database);
  const context = { open: () => reading, nowMillis, ask: () => Promise.reject(new Error('Nothing of a single session is asked of others.')) };
  const answer = await answerSession({ agent, sessionId }, context);
  const { isLight, coverage: _coverage, config: _config, ...session } = answer;
  const details = isLight ? answerDetails({ agent, sessionId }, context).details : session.details;
  const contextOf = createContexts(reading);
  const stored = cut.readSpans(agent, sessionId);
  const waits = Map.groupBy(stored.filter((span) => span.kind === 'permission' && isTimeTold(span)), ({ parentSpanId }) => parentSpanId);
  const waitsOf = ({ spanId }: StoredSpan): Wait[] => (waits.get(spanId) ?? []).flatMap(({ startUnixNano: fromNano, endUnixNano: toNano }) => (toNano === undefined ? [] : [{ fromNano, toNano }]));
  const spans = Object.fromEntries(stored.map((span) => [span.spanId, { ...toWholeAnswer(span, { context: contextOf(span), waits: waitsOf(span) }), queryMillis: 0 }]));
  const json: ShareJson = { version: VERSION, exportedMillis: nowMillis, content: toContentText(sharing), session: { ...session, details, queryMillis: 0 }, spans };
  return sharing.redact || sharing.hash ? (withoutOwnPatterns(json, (text) => shareText(text, sharing)) as ShareJson) : json;
}

/** These repeat the texts, which stand beside them. */
const REPEATED: ReadonlySet<string> = new Set([GEN_AI.inputMessages, GEN_AI.outputMessages, GEN_AI.toolArguments, GEN_AI.toolResult]);

/** Nobody can be asked for the rest of a long text: all of it is here. */
function toWholeAnswer(span: StoredSpan, rendering: Parameters<typeof toSpanAnswer>[1]): ReturnType<typeof toSpanAnswer> {
  const answer = toSpanAnswer(span, rendering);
  return { ...answer, content: span.content, cut: {}, attributes: Object.fromEntries(Object.entries(answer.attributes).filter(([name]) => !REPEATED.has(name))) };
}

/** Ids that hold the page together, and words of our own. */
const OWN_WORDS: ReadonlySet<string> = new Set<keyof SpanAnswer | 'id' | 'state' | 'fingerprint' | 'version'>(['id', 'spanId', 'parentSpanId', 'traceId', 'kind', 'outcome', 'agent', 'state', 'fingerprint', 'version']);

/** Last of all, over whatever text is about to leave. */
function withoutOwnPatterns(value: unknown, edit: (text: string) => string): unknown {
  if (typeof value === 'string') return edit(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one: unknown) => withoutOwnPatterns(one, edit));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, OWN_WORDS.has(name) ? one : withoutOwnPatterns(one, edit)]));
}

function toContentText(sharing: Sharing): string {
  const { toolName, ...texts } = toPolicy(sharing);
  const levels = new Set(Object.values(texts));
  const [level] = levels;
  const said = levels.size === 1 && level !== undefined ? level : Object.entries(texts).map(([kind, one]) => `${kind} ${one}`).join(', ');
  return toolName === 'none' ? `${said}, without names of tools` : said;
}
