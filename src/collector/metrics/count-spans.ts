/** Counts final spans: for our own page as they are, for a destination as it may see them. */
import type { Sharing } from '../../core/sharing.ts';
import type { Span } from '../../core/span.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { MetricLedger, Addition, ResourceLabels } from '../../metrics/ledger.ts';
import { INSTRUMENTS } from '../../metrics/instruments.ts';
import { measureSpan, type Measurement } from '../../metrics/measure-span.ts';
import type { RenderContext } from '../../semconv/dialect.ts';
import { GENERAL, SPOOR } from '../../semconv/names.ts';
import { shareAttributes, shareSpan, shareText } from '../../semconv/share.ts';
import { createAboutFinder } from '../delivery/find-about.ts';
import { createRenderContexts, type ContextStore } from '../delivery/render-contexts.ts';
import { findRefusal, type Scope } from '../delivery/scope.ts';
import { toSettingsFor, type OwnSettings } from '../delivery/settings-for.ts';

/** As whose figures those of the server's own page are kept. No destination can be called so. */
export const OWN_READER = '';

export interface CountOptions {
  ledger: MetricLedger;
  store: ContextStore;
  own: OwnSettings;
  nowUnixNano: bigint;
}

/** A destination with metrics, and spans that are for it. */
export interface Reader {
  destination: Destination;
  spans: readonly Span[];
}

/**
 * To be called in the transaction in which these became final, and with no others: a span becomes final once, so it is counted once. `readers`:
 * destinations, and which of these spans are for them.
 */
export function countSpans(spans: readonly Span[], readers: readonly Reader[], options: CountOptions): void {
  const { ledger, nowUnixNano } = options;
  ledger.open(OWN_READER, nowUnixNano);
  ledger.add(OWN_READER, [{ resource: {}, measurements: spans.flatMap((span) => measure(span, OWN_READER, ledger)) }], nowUnixNano);
  for (const reader of readers) if (reader.spans.length > 0) countFor(reader, options);
}

function countFor({ destination, spans }: Reader, { ledger, store, own, nowUnixNano }: CountOptions): void {
  const contextOf = createRenderContexts(store, toSettingsFor(destination, own));
  const findAbout = createAboutFinder(store);
  const scope: Scope = { agents: destination.agents, folders: destination.folders, exclude: destination.exclude, excludeAll: own.exclude };
  ledger.open(destination.name, nowUnixNano);
  // One whose folder is not known yet may be of those that it must not see. Those that are left out of a sample count: a number needs no sample.
  const additions = spans.filter((span) => findRefusal(scope, findAbout(span).about) === undefined).map((span): Addition => {
    const context = contextOf(span);
    // Texts are in no figure: it would take long to find out what may leave of them.
    const told = shareSpan({ ...span, content: {}, extra: {}, events: [], links: [] }, context.sharing, context.session.cwd);
    return { resource: toResource(context), measurements: measure(told, destination.name, ledger).map((one) => shareLabels(one, context.sharing)) };
  });
  ledger.add(destination.name, additions, nowUnixNano);
}

/** A session is counted with the first of its turns that becomes final. */
function measure(span: Span, reader: string, ledger: MetricLedger): Measurement[] {
  const measured = measureSpan(span);
  const isTurn = span.kind === 'agent' && span.parentSpanId === undefined;
  if (isTurn && ledger.countSession(reader, span.spanId)) measured.push({ instrument: INSTRUMENTS.sessions, labels: { [SPOOR.agent]: span.agent }, value: 1 });
  return measured;
}

/** What does not change from session to session: each resource has series of its own. */
function toResource({ serviceName, project, resource, attributes: { [SPOOR.sampleRate]: _rate, ...attributes } = {}, userId, sharing }: RenderContext): ResourceLabels {
  const names = { [GENERAL.serviceName]: serviceName, ...(project === undefined ? {} : { [GENERAL.openInferenceProject]: project }), ...(userId === undefined ? {} : { [GENERAL.userId]: userId }) };
  const labels: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(shareAttributes({ ...attributes, ...resource, ...names }, sharing))) {
    if (typeof value === 'bigint') labels[name] = Number(value);
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') labels[name] = value;
  }
  return labels;
}

/** What the destination's settings take out of its spans, they take out of its figures: a tool, a model, a program may be named by it. */
function shareLabels(one: Measurement, sharing: Sharing): Measurement {
  return { ...one, labels: Object.fromEntries(Object.entries(one.labels).map(([name, value]) => [name, shareText(value, sharing)])) };
}
