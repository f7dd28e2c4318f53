/**
 * Makes spans and resources as small as a backend takes them: the longest texts of one that is too large are cut, all at one length, and it
 * says so (`spoor.truncated`). No span is left out. Pure.
 */
import type { Attributes, AttributeValue } from '../../core/attributes.ts';
import type { DestinationLimits } from '../../exporters/exporter.ts';
import type { TraceBatch, WireResourceSpans, WireSpan } from '../../otlp/trace.ts';
import { SPOOR } from '../../semconv/names.ts';
import { estimateResourceBytes, estimateSpanBytes } from './estimate-bytes.ts';

/** In JSON a span is larger than in protobuf, and nobody says in which form a backend measures it. */
const MEASURE = 'http/json';

/** The batch with every span and every resource within these limits; the same object where all are. */
export function fitBatch(batch: TraceBatch, { spanBytes = Infinity, resourceBytes = Infinity }: Pick<DestinationLimits, 'spanBytes' | 'resourceBytes'>): TraceBatch {
  if (spanBytes === Infinity && resourceBytes === Infinity) return batch;
  const groups = batch.resourceSpans.map((group) => fitGroup(group, { spanBytes, resourceBytes }));
  return groups.every((group, index) => group === batch.resourceSpans[index]) ? batch : { ...batch, resourceSpans: groups };
}

function fitGroup(group: WireResourceSpans, { spanBytes, resourceBytes }: { spanBytes: number; resourceBytes: number }): WireResourceSpans {
  const spans = group.spans.map((span) => (estimateSpanBytes(span, MEASURE) <= spanBytes ? span : fitSpan(span, spanBytes)));
  const fitted = estimateResourceBytes(group, MEASURE) <= resourceBytes ? group : fitResource(group, resourceBytes);
  return fitted === group && spans.every((span, index) => span === group.spans[index]) ? group : { ...fitted, spans };
}

function fitSpan(span: WireSpan, limit: number): WireSpan {
  const cut = findCut(longestOfSpan(span), (length) => estimateSpanBytes(cutSpan(span, length), MEASURE) <= limit);
  if (cut !== undefined) return cutSpan(span, cut);
  // So many small things that no cutting helps: what says least goes first.
  const { traceState: _state, ...rest } = span;
  const bare: WireSpan = { ...rest, events: [], links: [] };
  const again = findCut(longestOfSpan(bare), (length) => estimateSpanBytes(cutSpan(bare, length), MEASURE) <= limit);
  if (again !== undefined) return cutSpan(bare, again);
  const frame = cutSpan({ ...bare, attributes: {} }, SHORT_NAME);
  return { ...frame, attributes: keepFirst(bare.attributes, limit - estimateSpanBytes(frame, MEASURE)) };
}

/** Where nothing else helps. */
const SHORT_NAME = 100;

function fitResource(group: WireResourceSpans, limit: number): WireResourceSpans {
  const { resource, scope } = group;
  const cut = findCut(longestOf(resource, scope.name, scope.version ?? ''), (length) => estimateResourceBytes(cutGroup(group, length), MEASURE) <= limit);
  if (cut !== undefined) return cutGroup(group, cut);
  const frame = cutGroup({ ...group, resource: {} }, SHORT_NAME);
  return { ...frame, resource: keepFirst(resource, limit - estimateResourceBytes(frame, MEASURE)) };
}

/** The greatest length of texts that fits, by halving; undefined: not even without any text. */
function findCut(longest: number, fits: (length: number) => boolean): number | undefined {
  if (!fits(0)) return undefined;
  let [good, bad] = [0, longest + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Names of the user's come after ours, and the mark is kept whatever goes. */
function keepFirst(attributes: Attributes, room: number): Attributes {
  const kept: Attributes = { [SPOOR.truncated]: true };
  let left = room;
  for (const [name, value] of Object.entries(attributes)) {
    const one = { [name]: cutValue(value, SHORT_NAME) };
    const bytes = estimateResourceBytes({ resource: one, scope: { name: '' } }, MEASURE);
    if (bytes > left) continue;
    left -= bytes;
    Object.assign(kept, one);
  }
  return kept;
}

function cutSpan(span: WireSpan, length: number): WireSpan {
  const { status } = span;
  return {
    ...span,
    name: cutText(span.name, length),
    attributes: { ...cutAttributes(span.attributes, length), [SPOOR.truncated]: true },
    events: span.events.map((event) => ({ ...event, name: cutText(event.name, length), attributes: cutAttributes(event.attributes, length) })),
    links: span.links.map((link) => ({ ...link, attributes: cutAttributes(link.attributes, length) })),
    status: status.message === undefined ? status : { ...status, message: cutText(status.message, length) },
  };
}

function cutGroup(group: WireResourceSpans, length: number): WireResourceSpans {
  const { resource, scope } = group;
  const version = scope.version === undefined ? {} : { version: cutText(scope.version, length) };
  return { ...group, resource: { ...cutAttributes(resource, length), [SPOOR.truncated]: true }, scope: { name: cutText(scope.name, length), ...version } };
}

function cutAttributes(attributes: Attributes, length: number): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, cutValue(value, length)]));
}

function cutValue(value: AttributeValue, length: number): AttributeValue {
  if (typeof value === 'string') return cutText(value, length);
  return Array.isArray(value) ? (value as readonly string[]).map((item) => cutText(item, length)) : value;
}

/** Never through the middle of a surrogate pair. */
function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function longestOfSpan({ name, status, attributes, events, links }: WireSpan): number {
  const inEvents = events.map((event) => longestOf(event.attributes, event.name));
  return Math.max(longestOf(attributes, name, status.message ?? ''), ...inEvents, ...links.map((link) => longestOf(link.attributes)));
}

function longestOf(attributes: Attributes, ...texts: readonly string[]): number {
  let longest = 0;
  const note = (text: string): void => void (longest = Math.max(longest, text.length));
  texts.forEach(note);
  for (const value of Object.values(attributes)) {
    if (typeof value === 'string') note(value);
    else if (Array.isArray(value)) (value as readonly string[]).forEach(note);
  }
  return longest;
}
