/** Looking into the records of an agent's own telemetry: every value is untrusted, and agents write numbers and truths as texts, too. */
import type { AgentId } from '../core/agent-id.ts';
import type { Attributes } from '../core/attributes.ts';
import type { Fact } from '../core/fact.ts';
import { canonicalJson, hashOf } from '../core/ids.ts';
import type { Parsed, Problem } from '../core/problem.ts';
import type { TelemetryLog, TelemetryRecord, TelemetrySource, TelemetrySpan } from '../core/telemetry.ts';
import { isMoment, momentBefore, parseRfc3339 } from '../core/time.ts';
import { asAmount, asCount, asDurationMillis, asText } from './untrusted.ts';

/** Longer ones are none of an agent's. */
const LONGEST_ID = 200;
const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?$/i;

/** A value as a number where it is one, or is written as one. */
function toNumber(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
}

/** What is read of the attributes of one record; each is undefined where it is not told, or is no such thing. */
export interface Values {
  text(name: string): string | undefined;
  /** A text that may be an id. */
  id(name: string): string | undefined;
  count(name: string): number | undefined;
  amount(name: string): number | undefined;
  /** Milliseconds → nanoseconds. */
  millis(name: string): bigint | undefined;
  isTrue(name: string): boolean | undefined;
  list(name: string): string[] | undefined;
}

/** Attributes → what may be read of them. */
export function toValues(attributes: Attributes): Values {
  const get = (name: string): unknown => (Object.hasOwn(attributes, name) ? attributes[name] : undefined);
  return {
    text: (name) => asText(get(name)),
    id(name) {
      const text = asText(get(name));
      return text !== undefined && text.length <= LONGEST_ID ? text : undefined;
    },
    count: (name) => asCount(toNumber(get(name))),
    amount: (name) => asAmount(toNumber(get(name))),
    millis: (name) => asDurationMillis(toNumber(get(name))),
    isTrue(name) {
      const value = get(name);
      return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
    },
    list(name) {
      const value = get(name);
      const texts = Array.isArray(value) ? value.flatMap((item: unknown) => asText(item) ?? []) : [];
      return texts.length > 0 ? texts : undefined;
    },
  };
}

/** Usage of one request, by the names that an agent's telemetry has for the figures; undefined where it tells none. */
export function toUsage<T extends string>(values: Values, names: Readonly<Record<T, string>>): Partial<Record<T, number>> | undefined {
  const told = Object.entries<string>(names).flatMap(([name, attribute]) => {
    const count = values.count(attribute);
    return count === undefined ? [] : [[name, count] as const];
  });
  return told.length > 0 ? (Object.fromEntries(told) as Partial<Record<T, number>>) : undefined;
}

/** Attributes of our own names for those that the record tells as texts. */
export function toExtra(values: Values, names: Readonly<Record<string, string>>): Attributes {
  return Object.fromEntries(Object.entries(names).flatMap(([attribute, name]) => {
    const text = values.text(attribute);
    return text === undefined || text.length > LONGEST_ID ? [] : [[name, text]];
  }));
}

/** When a log says that it happened, in nanoseconds since 1970. */
export function momentOf(log: TelemetryLog): bigint | undefined {
  const { atUnixNano, attributes } = log;
  if (atUnixNano !== undefined && atUnixNano > 0n && isMoment(atUnixNano)) return atUnixNano;
  return parseRfc3339(attributes['event.timestamp']);
}

/** Start and end of a span; undefined where it has not ended, or not after it began. */
export function windowOf({ startUnixNano, endUnixNano }: TelemetrySpan): { startedAt: bigint; endedAt: bigint } | undefined {
  if (endUnixNano === undefined || startUnixNano <= 0n || endUnixNano < startUnixNano || !isMoment(startUnixNano) || !isMoment(endUnixNano)) return undefined;
  return { startedAt: startUnixNano, endedAt: endUnixNano };
}

/** The same of what is told when it is over, with how long it took. */
export function windowBefore(endedAt: bigint | undefined, durationNano: bigint | undefined): { startedAt?: bigint; endedAt?: bigint } {
  const startedAt = endedAt === undefined || durationNano === undefined ? undefined : momentBefore(endedAt, durationNano);
  return { ...(startedAt === undefined ? {} : { startedAt }), ...(endedAt === undefined ? {} : { endedAt }) };
}

export type NativeBase = Pick<Fact, 'agent' | 'sessionId' | 'key' | 'at' | 'order' | 'turnKey'> & { source: 'native' };

export interface RecordReading {
  values: Values;
  /** What all facts of this record share. `name`: tells several facts of one record apart. */
  base(sessionId: string, name: string, more?: { at?: bigint; turnKey?: string }): NativeBase;
}

/** One record of an agent's telemetry → its facts; none where it adds nothing to a tree. */
export type ReadRecord = (record: TelemetryLog | TelemetrySpan, reading: RecordReading) => Fact[];

/** Reads the records of one request with an agent's own reader. Metrics are sums over what logs and spans tell, and give none. Never throws. */
export function parseTelemetry(agent: AgentId, records: readonly TelemetryRecord[], read: ReadRecord): Parsed<Fact[]> & { used: readonly number[] } {
  const value: Fact[] = [];
  const used: number[] = [];
  const problems: Problem[] = [];
  records.forEach((record, index) => {
    if (record.signal === 'metric') return;
    try {
      const facts = read(record, toReading(agent, record));
      for (const fact of facts) value.push(fact);
      if (facts.length > 0) used.push(index);
    } catch (error) {
      problems.push({ code: 'unreadable-telemetry', detail: `a ${record.signal} could not be read: ${(error as Error).name}` });
    }
  });
  return { value, problems, used };
}

function toReading(agent: AgentId, record: TelemetryLog | TelemetrySpan): RecordReading {
  let own: string | undefined;
  const key = (): string => {
    own ??= record.signal === 'span' ? `span:${record.traceId.slice(0, 32)}:${record.spanId.slice(0, 16)}` : `log:${hashOf(record.name ?? '', String(momentOf(record)), canonicalJson(toPlain(record.attributes))).slice(0, 32)}`;
    return own;
  };
  return {
    values: toValues(record.attributes),
    base(sessionId, name, { at, turnKey } = {}) {
      const moment = at ?? (record.signal === 'log' ? momentOf(record) : windowOf(record)?.endedAt);
      return {
        agent, sessionId, source: 'native', key: `${sessionId}:${key()}:${name}`, order: 0, ...(moment === undefined ? {} : { at: { unixNano: moment, source: 'native' } }), ...(turnKey === undefined ? {} : { turnKey }),
      };
    },
  };
}

/** JSON has no large integers. */
function toPlain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]));
}

/** A property where there is a value for it, else none. */
export function optional<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

/** Whether records with this service name or scope are one of these agents'. */
export function isOf({ service, scope }: TelemetrySource, known: { services: readonly string[]; scopes: readonly string[] }): boolean {
  if (service !== undefined && known.services.includes(service)) return true;
  return scope !== undefined && known.scopes.some((prefix) => scope === prefix || scope.startsWith(`${prefix}.`));
}
