/** Backends that take a request's project from a header: which one a request says, and which spans may share a request. Pure. */
import type { Destination } from '../../exporters/exporter.ts';
import type { TraceBatch } from '../../otlp/trace.ts';
import type { RenderContext } from '../../semconv/dialect.ts';
import { shareText } from '../../semconv/share.ts';

/** RFC 9110, and no blanks at its ends: what a header carries as it is. Any other project is told by the resource alone. */
const HEADER_VALUE = /^[\u0021-\u007e](?:[\u0020-\u007e]*[\u0021-\u007e])?$/;

/** The project as this destination may know it: a header leaves like any text. */
export function toSharedProject({ project, sharing }: Pick<RenderContext, 'project' | 'sharing'>): string | undefined {
  return project === undefined ? undefined : shareText(project, sharing);
}

/** The headers of the requests that these would leave in, each once: `x-project-name: ponds`. None where the person configured the header. */
export function listProjectHeaders(contexts: Iterable<Pick<RenderContext, 'project' | 'sharing'>>, { projectHeader, headers }: Pick<Destination, 'projectHeader' | 'headers'>): string[] {
  if (projectHeader === undefined || headers[projectHeader] !== undefined) return [];
  return [...new Set([...contexts].flatMap((context) => toHeaderValue(toSharedProject(context)) ?? []))].map((value) => `${projectHeader}: ${value}`);
}

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
