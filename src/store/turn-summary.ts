/**
 * What analysis needs of a turn, as a short text: written with the turn, and read for all turns there are when figures are asked for, so
 * that no span is. Pure. Nothing in it repeats a text that somebody wrote: it outlives those.
 *
 * Who changes what stands in it raises VERSION, and writes a migration that sets `turn.summary` to null where `dropped = 0`: the
 * collector's upkeep then writes them anew.
 */
import { toShare, toRun, type Occupation, type Stretch } from '../core/time-shares.ts';
import { toRepositoryLabel } from '../core/repository-label.ts';
import type { Span } from '../core/span.ts';
import { toChatNumbers, toRest } from './summary-chats.ts';
import { ABSENT, OUTCOMES, type Lexicon, type SummarySource } from './summary-layout.ts';
import { toLoads } from './summary-loads.ts';

const VERSION = 1;

export interface TurnSummary {
  turn: number[];
  words: string[];
  /** The span ids of the calls, 16 characters each. */
  callIds: string;
  calls: number[];
  chats: number[];
  loads: number[];
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
  const waits = groupWaits(spans, source);
  const clock = (nano: bigint): number => toMicros(Number(nano - source.startUnixNano));
  const calls = tools.flatMap((span) => toCall(span, { source, placeOf, waits: waits.get(span.spanId) ?? [] }));
  const chatRows = [...chats.flatMap((span) => toChatNumbers(span, clock, placeOf)), ...toRest({ root, chats, spans, placeOf })];
  const turn = toTurn({ spans, root, source, waits: [...waits.values()].flat(), placeOf });
  const loads = toLoads({ tools, chats, root, source, clock, placeOf });
  return JSON.stringify([VERSION, turn, words, tools.map(({ spanId }) => spanId).join(''), calls, chatRows, loads]);
}

/** The inverse; undefined of what another version wrote. Reads our own text only. */
export function fromTurnSummary(text: string): TurnSummary | undefined {
  const [version, turn, words, callIds, calls, chats, loads] = JSON.parse(text) as [number, number[], string[], string, number[], number[], number[]];
  return version === VERSION ? { turn, words, callIds, calls, chats, loads } : undefined;
}

/** Nanoseconds → whole microseconds. Durations are worked out before they are cut, so that they are those of `nanoToMillis`. */
function toMicros(nanos: number): number {
  return Math.trunc(nanos / 1000);
}

/** The waits of each call that are over, in nanoseconds after the turn's start. */
function groupWaits(spans: readonly Span[], { startUnixNano }: SummarySource): Map<string, Stretch[]> {
  const waits = new Map<string, Stretch[]>();
  for (const { kind, parentSpanId = '', startUnixNano: from, endUnixNano: to } of spans) {
    if (kind !== 'permission' || to === undefined) continue;
    const stretch: Stretch = [Number(from - startUnixNano), Number(to - startUnixNano)];
    const known = waits.get(parentSpanId);
    if (known) known.push(stretch);
    else waits.set(parentSpanId, [stretch]);
  }
  return waits;
}

interface CallContext {
  source: SummarySource;
  placeOf: Lexicon;
  waits: readonly Stretch[];
}

function toCall({ values, startUnixNano, endUnixNano, outcome, sessionId }: Span, { source, placeOf, waits }: CallContext): number[] {
  const start = Number(startUnixNano - source.startUnixNano);
  const end = endUnixNano === undefined ? undefined : Number(endUnixNano - source.startUnixNano);
  const { run, wait } = toRun([start, end ?? Infinity], waits);
  return [
    toMicros(start),
    end === undefined ? ABSENT : toMicros(run),
    toMicros(wait),
    OUTCOMES.indexOf(outcome),
    placeOf(values.toolName),
    placeOf(values.mcpServer),
    placeOf(values.shellFamily),
    placeOf(values.skillName),
    placeOf(values.errorType),
    Number(sessionId !== source.sessionId),
  ];
}

interface TurnContext {
  spans: readonly Span[];
  root: Span | undefined;
  source: SummarySource;
  waits: readonly Stretch[];
  placeOf: Lexicon;
}

const OCCUPATIONS: Partial<Record<Span['kind'], Occupation>> = { tool: 'tool', chat: 'model' };

function toTurn({ spans, root, source, waits, placeOf }: TurnContext): number[] {
  const clock = (nano: bigint): number => Number(nano - source.startUnixNano);
  const last = spans.reduce((latest, { startUnixNano, endUnixNano }) => Math.max(latest, clock(endUnixNano ?? startUnixNano)), 0);
  const length = source.endUnixNano === undefined ? last : Math.max(0, clock(source.endUnixNano));
  const busy = spans.flatMap(({ kind, startUnixNano, endUnixNano }): [Occupation, number, number][] => {
    const occupation = OCCUPATIONS[kind];
    return occupation ? [[occupation, clock(startUnixNano), endUnixNano === undefined ? length : clock(endUnixNano)]] : [];
  });
  const share = toShare([0, length], [...busy, ...waits.map(([from, to]): [Occupation, number, number] => ['wait', from, to])]);
  const percents = spans.flatMap(({ values }) => values.contextUsagePercent ?? []);
  const { repository, responseModel, requestModel } = root?.values ?? {};
  return [
    source.endUnixNano === undefined ? ABSENT : toMicros(length),
    OUTCOMES.indexOf(root?.outcome ?? 'unknown'),
    ...toWholeMicros([share.model, share.tool, share.wait, share.gate, share.other], length),
    percents.reduce((most, percent) => Math.max(most, percent), ABSENT),
    spans.filter(({ kind, spanId }) => kind === 'agent' && spanId !== source.rootSpanId).length,
    placeOf(repository && toRepositoryLabel(repository)),
    placeOf(repository?.branch),
    placeOf(toMode(root)),
    placeOf(responseModel ?? requestModel),
  ];
}

/** Each cut to microseconds, the rest of it in the last one: they add up still. */
function toWholeMicros(parts: readonly number[], length: number): number[] {
  const whole = parts.slice(0, -1).map(toMicros);
  return [...whole, toMicros(length) - whole.reduce((sum, part) => sum + part, 0)];
}

/** Under which rules for asking the agent ran, in its own word. */
function toMode(root: Span | undefined): string | undefined {
  const mode = Object.entries(root?.extra ?? {}).find(([name]) => name.endsWith('.permission_mode'))?.[1];
  return typeof mode === 'string' ? mode : undefined;
}
