/** What spans are rendered with, looked up once a turn: its session, the shell it ran in, the tree it worked in. */
import type { Span } from '../../core/span.ts';
import { VERSION } from '../../core/version.ts';
import { addShell } from '../../semconv/combine-sharing.ts';
import type { RenderContext } from '../../semconv/dialect.ts';
import type { SpanReader } from '../../store/store.ts';
import { createAboutFinder, type SessionAbout } from './find-about.ts';
import type { AboutSession } from './scope.ts';

/** What the configuration says of all spans that go one way. */
export interface RenderSettings extends Pick<RenderContext, 'project' | 'projectAttribute' | 'userId' | 'resource' | 'attributes' | 'sharing' | 'scopeName'> {
  /** Absent: the agent's id. */
  serviceName?: string;
  /** The project is the service's name where nothing else names it. */
  projectAsService?: boolean;
}

/** `readShellOf` where a shell's own words count. */
export type ContextStore = Pick<SpanReader, 'readSession' | 'readShellOf' | 'readRepository'>;

/** One context a turn. Asked with spans as they are stored: on the wire they may have other ids. */
export function createRenderContexts(store: ContextStore, settingsFor: (about: AboutSession) => RenderSettings): (span: Span) => RenderContext {
  const contexts = new Map<string, RenderContext>();
  const findAbout = createAboutFinder(store);
  const settingsOf = new Map<SessionAbout, RenderSettings>();
  const findSettings = (found: SessionAbout): RenderSettings => {
    const settings = settingsOf.get(found) ?? settingsFor(found.about);
    settingsOf.set(found, settings);
    return settings;
  };
  return (span) => {
    const { agent, sessionId, turnIndex, kind } = span;
    const key = JSON.stringify([agent, sessionId, turnIndex, kind === 'session' ? span.spanId : '']);
    const known = contexts.get(key);
    if (known) return known;
    const shell = store.readShellOf(span.spanId);
    const told = { project: shell?.project, userId: shell?.userId, repository: store.readRepository(agent, sessionId, turnIndex) };
    const found = findAbout(span);
    const { sharing, ...settings } = findSettings(found);
    const own = { session: found.session, rootSessionId: found.rootSessionId, version: VERSION };
    const context: RenderContext = { ...own, ...nameSender({ ...settings, sharing: shell?.sharing ? addShell(sharing, shell.sharing) : sharing, ...withoutAbsent(told) }, agent) };
    contexts.set(key, context);
    return context;
  };
}

/** The service and the project, each from the other where only that is said. */
export function nameSender<T extends RenderSettings>({ projectAsService, ...settings }: T, agent: string): Omit<T, 'projectAsService'> & { serviceName: string } {
  const serviceName = settings.serviceName ?? (projectAsService ? settings.project : undefined) ?? agent;
  // A backend that has an attribute of its own for it takes nothing without one.
  const project = settings.project ?? (settings.projectAttribute === undefined ? undefined : serviceName);
  return { ...settings, serviceName, ...(project === undefined ? {} : { project }) };
}

function withoutAbsent<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
