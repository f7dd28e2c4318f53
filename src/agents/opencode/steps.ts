/**
 * Requests of one message. Versions before 1.0 let the provider's library run the tools and ask again, all in one message: its cost is that
 * of all of its requests, its tokens are the last one's. Each request ends with a part `step-finish`, which tells its own.
 */
import { latestOf, nanoToMillis } from '../../core/time.ts';
import { asRecord, asUnixMillis } from '../untrusted.ts';
import type { StoredMessage, StoredPart, Values } from './stored.ts';

/** A message → one for each of its requests: itself, where it tells of one. */
export function toSteps(message: StoredMessage): StoredMessage[] {
  const groups = toGroups(message.parts);
  const [first] = groups;
  if (!first || groups.length < 2) return [message];
  let created: unknown = asRecord(message.values.time)?.created;
  return groups.map((parts, index) => {
    const values = toValues(message.values, { parts, created, isLast: index === groups.length - 1 });
    created = lastMoment(parts) ?? created;
    return { id: message.id, values, parts };
  });
}

/** With these a request tells of itself; snapshots and patches do not. */
const BEGINNINGS: ReadonlySet<unknown> = new Set(['step-start', 'text', 'reasoning', 'tool']);

/** What stands behind the last request and tells nothing of another belongs to it. */
function toGroups(parts: readonly StoredPart[]): StoredPart[][] {
  const groups: StoredPart[][] = [[]];
  for (const part of parts) {
    const isNext = groups.at(-1)?.some(({ values }) => values.type === 'step-finish') === true;
    if (isNext && BEGINNINGS.has(part.values.type)) groups.push([part]);
    else groups.at(-1)?.push(part);
  }
  const isTold = (group: readonly StoredPart[]): boolean => group.some(({ values }) => values.type === 'step-finish');
  return groups.filter(isTold).length < 2 ? [] : groups;
}

interface Step {
  parts: readonly StoredPart[];
  created: unknown;
  isLast: boolean;
}

/** The message's own words hold for the last request: how it ended, and what went wrong. */
function toValues(whole: Values, { parts, created, isLast }: Step): Values {
  const finish = parts.find(({ values }) => values.type === 'step-finish')?.values;
  const { error, ...rest } = whole;
  const time = isLast ? { ...asRecord(whole.time), created } : { created, completed: lastMoment(parts) ?? created };
  return { ...rest, ...(isLast && error !== undefined ? { error } : {}), tokens: finish?.tokens, cost: finish?.cost, finish: isLast ? (whole.finish ?? finish?.reason) : (finish?.reason ?? 'tool-calls'), time };
}

/** When the last of these parts was over (Unix ms). */
function lastMoment(parts: readonly StoredPart[]): number | undefined {
  const last = latestOf(parts.map(({ values }) => asUnixMillis((asRecord(values.time) ?? asRecord(asRecord(values.state)?.time))?.end)));
  return last === undefined ? undefined : nanoToMillis(last);
}
