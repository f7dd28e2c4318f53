/** Backends that take a request's project from a header: which one a request says, and which spans may share a request. Pure. */
import type { Destination } from '../../exporters/exporter.ts';
import type { TraceBatch } from '../../otlp/trace.ts';

/** RFC 9110, and no blanks at its ends: what a header carries as it is. Any other project is told by the resource alone. */
const HEADER_VALUE = /^[\u0021-\u007e](?:[\u0020-\u007e]*[\u0021-\u007e])?$/;

/** A batch that says its project to a backend that wants it so. */
export function withProjectHeader(batch: TraceBatch, project: string | undefined, { projectHeader }: Pick<Destination, 'projectHeader'>): TraceBatch {
  const value = toHeaderValue(project);
  return projectHeader === undefined || value === undefined ? batch : { ...batch, headers: { [projectHeader]: value } };
}

/** Items whose request may say one project, in the order of their first. One part where the backend has no such header. */
export function divideByProject<T>(items: readonly T[], projectOf: (item: T) => string | undefined, { projectHeader }: Pick<Destination, 'projectHeader'>): (readonly T[])[] {
  if (projectHeader === undefined) return [items];
  return [...Map.groupBy(items, (item) => toHeaderValue(projectOf(item))).values()];
}

function toHeaderValue(project: string | undefined): string | undefined {
  return project !== undefined && HEADER_VALUE.test(project) ? project : undefined;
}
