/** Loads of skills in the summary of a turn. Pure. */
import type { Span } from '../core/span.ts';
import { ABSENT, LOAD, TRIGGERS, type Lexicon, type SummarySource } from './summary-layout.ts';

interface Loading {
  /** By start, as the chats. */
  tools: readonly Span[];
  chats: readonly Span[];
  root: Span | undefined;
  source: SummarySource;
  clock(nano: bigint): number;
  placeOf: Lexicon;
}

interface Load {
  name: string;
  at: bigint;
  call?: Span;
}

/** The rows of all loads, by start: calls that loaded a skill, and skills that the agent says came with the prompt. */
export function toLoads(loading: Loading): number[] {
  const { tools, root, source } = loading;
  const called = tools.flatMap((call): Load[] => (call.values.skillName === undefined || call.outcome === 'denied' ? [] : [{ name: call.values.skillName, at: call.startUnixNano, call }]));
  const names = new Set(called.map(({ name }) => name));
  const given = toGivenSkills(root).filter((name) => !names.has(name)).map((name): Load => ({ name, at: source.startUnixNano }));
  const loads = [...given, ...called];
  return loads.flatMap((load, index) => toRow(load, loads[index + 1]?.at, loading));
}

/** Skills that the person asked for are told without a call. */
function toGivenSkills(root: Span | undefined): string[] {
  const told = Object.entries(root?.extra ?? {}).find(([name]) => name.endsWith('.skills'))?.[1];
  return Array.isArray(told) ? [...new Set(told.filter((name) => typeof name === 'string'))] : [];
}

function toRow(load: Load, next: bigint | undefined, { tools, chats, source, clock, placeOf }: Loading): number[] {
  const until = next ?? source.endUnixNano;
  const isInside = ({ startUnixNano }: Span): boolean => startUnixNano >= load.at && (until === undefined || startUnixNano < until || (next === undefined && startUnixNano === until));
  const inside = tools.filter((tool) => tool !== load.call && isInside(tool));
  const requests = chats.filter(isInside);
  const sum = (read: (chat: Span) => number | undefined): number => {
    const known = requests.flatMap((chat) => read(chat) ?? []);
    return known.length === 0 ? ABSENT : known.reduce((a, b) => a + b, 0);
  };
  const row = Array.from({ length: LOAD.length }, () => 0);
  row[LOAD.start] = clock(load.at);
  row[LOAD.scope] = until === undefined ? ABSENT : Math.max(0, clock(until) - clock(load.at));
  row[LOAD.name] = placeOf(load.name);
  row[LOAD.trigger] = TRIGGERS.indexOf(toTrigger(load, source));
  row[LOAD.tools] = inside.length;
  row[LOAD.succeeded] = inside.filter(({ outcome }) => outcome === 'ok').length;
  row[LOAD.failed] = inside.filter(({ outcome }) => outcome === 'error' || outcome === 'timeout').length;
  row[LOAD.usd] = sum(({ values }) => values.cost?.usd);
  row[LOAD.equivalentUsd] = sum(({ values }) => (values.cost ? undefined : values.equivalentCost?.usd));
  row[LOAD.credits] = sum(({ values }) => values.credits);
  row[LOAD.premium] = sum(({ values }) => values.premiumRequests);
  return row;
}

/** user: it came with the prompt, or the prompt calls it by its name (`/name`, `$name`) · subagent: another session's call */
function toTrigger({ name, call }: Load, { prompt = '', sessionId }: SummarySource): (typeof TRIGGERS)[number] {
  if (!call) return 'user';
  if (call.sessionId !== sessionId) return 'subagent';
  const word = /^\s*[/$]([^\s]+)/.exec(prompt)?.[1];
  return word !== undefined && (word === name || word.endsWith(`:${name}`) || name.endsWith(`:${word}`)) ? 'user' : 'model';
}
