/** The header Accept of a scrape → whether OpenMetrics is wanted rather than the older text. RFC 9110, 12.5.1. */

const OPEN_METRICS = 'application/openmetrics-text';
/** Versions 0.0.1 and 1.0.0 are read alike; a later one is not ours. */
const KNOWN_VERSIONS = new Set([undefined, '0.0.1', '1.0.0']);

/** `accept`: '' where there is none. */
export function prefersOpenMetrics(accept: string): boolean {
  const ranges = accept.split(',').map(toRange);
  const weightOf = (isMeant: (range: Range) => boolean): number => Math.max(0, ...ranges.filter(isMeant).map(({ weight }) => weight));
  const open = weightOf(({ type, version }) => type === OPEN_METRICS && KNOWN_VERSIONS.has(version));
  return open > 0 && open >= weightOf(({ type }) => type === 'text/plain');
}

interface Range {
  type: string;
  version?: string;
  weight: number;
}

function toRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const valueOf = (name: string): string | undefined => parameters.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const weight = Number(valueOf('q') ?? 1);
  const version = valueOf('version');
  return { type, ...(version === undefined ? {} : { version }), weight: Number.isFinite(weight) ? weight : 0 };
}
