/**
 * What analysis needs of a turn, as a short text: written with the turn, and read for all turns there are when figures are asked for, so
 * that no span is. Pure. Nothing in it repeats a text that somebody wrote: it outlives those.
 *
 * Who changes what stands in it raises VERSION, and writes a migration that sets `turn.summary` to null where the spans are there: the
 * collector's upkeep then writes them anew. Those whose spans went are read as they are (`fromFirstVersion`).
 */
import { isTimeTold, toRunNano, toWaitNano, type Wait } from '../core/run-time.ts';
import { toUnion, type Stretch } from '../core/time-shares.ts';
import { toRepositoryLabel } from '../core/repository-label.ts';
import type { Span } from '../core/span.ts';
import { toChatNumbers, toRest } from './summary-chats.ts';
import { ABSENT, CALL, OPEN, OUTCOMES, TURN, type Lexicon, type SummarySource } from './summary-layout.ts';
import { toLoads } from './summary-loads.ts';
import { toTurnShare, type TurnParts } from './turn-shares.ts';

const VERSION = 2;

export interface TurnSummary extends TurnParts {
  turn: number[];
  words: string[];
  /** The span ids of the calls, 16 characters each. */
  callIds: string;
  calls: number[];
  chats: number[];
  loads: number[];
  /** From and to of each stretch in which a person was waited for, by start and apart, in microseconds after the turn's start. */
  waits: number[];
  /** The span id of the call that started it; '': a person did. */
  above: string;
}

function createLexicon(): { words: string[]; placeOf: Lexicon } {
  const words = [''];
  const places = new Map<string, number>();
  const placeOf: Lexicon = (word) => {
    if (word === undefined || word === '') return 0;
    const place = places.get(word) ?? words.push(word) - 1;
    places.set(word, place);
    return place;
  };
  return { words, placeOf };
}

/** A turn and all its spans → the text of its summary. The same ones give the same text, in whatever order. */
export function toTurnSummary(source: SummarySource, given: readonly Span[]): string {
  const spans = given.toSorted((a, b) => Number(a.startUnixNano - b.startUnixNano) || (a.spanId < b.spanId ? -1 : 1));
  const { words, placeOf } = createLexicon();
  const root = spans.find(({ spanId }) => spanId === source.rootSpanId);
  const tools = spans.filter(({ kind }) => kind === 'tool');
  const chats = spans.filter(({ kind }) => kind === 'chat');
  const waits = groupWaits(spans);
  const hosts = findHosts(spans);
  const clock = (nano: bigint): number => toMicros(Number(nano - source.startUnixNano));
  const calls = tools.flatMap((span) => toCall(span, { source, placeOf, waits: waits.get(span.spanId) ?? [], isHost: hosts.has(span.spanId) }));
  const chatRows = [...chats.flatMap((span) => toChatNumbers(span, clock, placeOf)), ...toRest({ root, chats, spans, placeOf })];
  const parts: TurnParts = { callIds: tools.map(({ spanId }) => spanId).join(''), calls, chats: chatRows, waits: toWaits([...waits.values()].flat(), clock) };
  const turn = toTurn({ spans, root, source, parts, placeOf });
  const loads = toLoads({ tools, chats, root, source, clock, placeOf });
  return JSON.stringify([VERSION, turn, words, parts.callIds, calls, chatRows, loads, parts.waits, root?.parentSpanId ?? '']);
}

type Fields = [version: number, turn: number[], words: string[], callIds: string, calls: number[], chats: number[], loads: number[], waits: number[], above: string];

/** The inverse; undefined of what another version wrote. Reads our own text only. */
export function fromTurnSummary(text: string): TurnSummary | undefined {
  const [version, turn, words, callIds, calls, chats, loads, waits, above] = JSON.parse(text) as Fields;
  if (version === 1) return fromFirstVersion({ turn, words, callIds, calls, chats, loads, waits: [], above: '' });
  return version === VERSION ? { turn, words, callIds, calls, chats, loads, waits, above } : undefined;
}

/** It said nothing of what a call fills of the turn's time, nor of how long the turn took: from start to end stood for both. */
function fromFirstVersion(summary: TurnSummary): TurnSummary {
  const calls: number[] = [];
  const width = CALL.length - 1;
  for (let at = 0; at < summary.calls.length; at += width) {
    const row = summary.calls.slice(at, at + width);
    const run = row[CALL.run] ?? ABSENT;
    calls.push(...row, run === ABSENT ? OPEN : run + (row[CALL.wait] ?? 0));
  }
  const turn = [...summary.turn];
  turn[TURN.active] = turn[TURN.duration] ?? ABSENT;
  return { ...summary, turn, calls };
}

/** Nanoseconds → whole microseconds. Durations are worked out before they are cut, so that they are those of `nanoToMillis`. */
function toMicros(nanos: number): number {
  return Math.trunc(nanos / 1000);
}

/** The waits of each call that are over. */
function groupWaits(spans: readonly Span[]): Map<string, Wait[]> {
  const waits = new Map<string, Wait[]>();
  for (const span of spans) {
    const { kind, parentSpanId = '', startUnixNano: fromNano, endUnixNano: toNano } = span;
    if (kind !== 'permission' || toNano === undefined || !isTimeTold(span)) continue;
    const known = waits.get(parentSpanId);
    if (known) known.push({ fromNano, toNano });
    else waits.set(parentSpanId, [{ fromNano, toNano }]);
  }
  return waits;
}

function toWaits(waits: readonly Wait[], clock: (nano: bigint) => number): number[] {
  return toUnion(waits.map(({ fromNano, toNano }): Stretch => [clock(fromNano), clock(toNano)])).flat();
}

/** Calls below which a subagent ran that tells of requests or calls of its own. */
function findHosts(spans: readonly Span[]): Set<string> {
  const hosts = new Set<string>();
  if (!spans.some(({ kind, parentSpanId }) => kind === 'agent' && parentSpanId !== undefined)) return hosts;
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of spans) {
    if (span.kind !== 'tool' && span.kind !== 'chat') continue;
    const above = byId.get(span.parentSpanId ?? '');
    if (above?.kind === 'agent' && above.parentSpanId !== undefined) hosts.add(above.parentSpanId);
  }
  return hosts;
}

interface CallContext {
  source: SummarySource;
  placeOf: Lexicon;
  waits: readonly Wait[];
  isHost: boolean;
}

function toCall(span: Span, { source, placeOf, waits, isHost }: CallContext): number[] {
  const { values, startUnixNano, endUnixNano, outcome, sessionId } = span;
  const run = toRunNano(span, waits);
  const busy = isHost || !isTimeTold(span) ? ABSENT : endUnixNano === undefined ? OPEN : toMicros(Math.max(0, Number(endUnixNano - startUnixNano)));
  return [
    toMicros(Number(startUnixNano - source.startUnixNano)),
    run === undefined ? ABSENT : toMicros(Number(run)),
    toMicros(Number(toWaitNano(span, waits))),
    OUTCOMES.indexOf(outcome),
    placeOf(values.toolName),
    placeOf(values.mcpServer),
    placeOf(values.shellFamily),
    placeOf(values.skillName),
    placeOf(values.errorType),
    Number(sessionId !== source.sessionId),
    busy,
  ];
}

interface TurnContext {
  spans: readonly Span[];
  root: Span | undefined;
  source: SummarySource;
  parts: TurnParts;
  placeOf: Lexicon;
}

function toTurn({ spans, root, source, parts, placeOf }: TurnContext): number[] {
  const clock = (nano: bigint): number => Number(nano - source.startUnixNano);
  const last = spans.reduce((latest, { startUnixNano, endUnixNano }) => Math.max(latest, clock(endUnixNano ?? startUnixNano)), 0);
  const length = toMicros(source.endUnixNano === undefined ? last : Math.max(0, clock(source.endUnixNano)));
  const share = toTurnShare(parts, length);
  const percents = spans.flatMap(({ values }) => values.contextUsagePercent ?? []);
  const active = toRunNano({ ...source, values: root?.values ?? {}, provenance: root?.provenance ?? { times: 'transcript' } });
  const { repository } = root?.values ?? {};
  return [
    source.endUnixNano === undefined ? ABSENT : length,
    OUTCOMES.indexOf(root?.outcome ?? 'unknown'),
    share.model, share.tool, share.wait, share.gate, share.other,
    percents.reduce((most, percent) => Math.max(most, percent), ABSENT),
    spans.filter(({ kind, spanId }) => kind === 'agent' && spanId !== source.rootSpanId).length,
    placeOf(repository && toRepositoryLabel(repository)),
    placeOf(repository?.branch),
    placeOf(toMode(root)),
    placeOf(toModel(spans, root, source)),
    active === undefined ? ABSENT : toMicros(Number(active)),
  ];
}

/** The model that most of the turn's own requests asked, of two the first; else the one that the turn itself is said to be for. */
function toModel(spans: readonly Span[], root: Span | undefined, { sessionId }: SummarySource): string | undefined {
  const counts = new Map<string, number>();
  for (const { kind, sessionId: own, values } of spans) {
    const model = values.responseModel ?? values.requestModel;
    if (kind === 'chat' && own === sessionId && model !== undefined && values.unpriced !== 'no-request') counts.set(model, (counts.get(model) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? root?.values.responseModel ?? root?.values.requestModel;
}

/** Under which rules for asking the agent ran, in its own word. */
function toMode(root: Span | undefined): string | undefined {
  const mode = Object.entries(root?.extra ?? {}).find(([name]) => name.endsWith('.permission_mode'))?.[1];
  return typeof mode === 'string' ? mode : undefined;
}
