/** Every question: one line for what it is asked with, one for who answers it and where. */
import type { CompareQuery } from './api/compare.ts';
import type { Filter } from './api/figures.ts';
import type { ModelsQuery } from './api/overview.ts';
import type { ContentQuery, OtlpQuery, SessionQuery } from './api/session.ts';
import type { SessionsQuery } from './api/sessions.ts';
import type { CallsQuery, ToolsQuery } from './api/tools.ts';
import type { Definition } from './question.ts';
import type { SessionPairQuery } from './questions/compare-sessions.ts';
import type { FiguresQuery } from './questions/figures.ts';
import type { OrderQuery } from './questions/order-sessions.ts';

export interface Questions {
  tools: ToolsQuery;
  calls: CallsQuery;
  skills: Filter;
  models: ModelsQuery;
  compare: CompareQuery;
  compareSessions: SessionPairQuery;
  overview: Filter;
  /** The sums of the overview. */
  figures: FiguresQuery;
  /** Sessions in any order, as rows of `session`. */
  'order-sessions': OrderQuery;
  sessions: SessionsQuery;
  session: SessionQuery;
  /** What a light answer to `session` left out. */
  details: Pick<SessionQuery, 'agent' | 'sessionId'>;
  /** What hooks and history told of a session. */
  coverage: Pick<SessionQuery, 'agent' | 'sessionId'>;
  span: { spanId: string };
  /** One whole text of a span. */
  content: ContentQuery;
  otlp: OtlpQuery;
}

export const questions: { readonly [N in keyof Questions]: Definition<Questions[N]> } = {
  tools: { worker: 'columns', load: async () => (await import('./questions/tools.ts')).answerTools },
  calls: { worker: 'columns', load: async () => (await import('./questions/calls.ts')).answerCalls },
  skills: { worker: 'columns', load: async () => (await import('./questions/skills.ts')).answerSkills },
  models: { worker: 'columns', load: async () => (await import('./questions/models.ts')).answerModels },
  compare: { worker: 'columns', load: async () => (await import('./questions/compare.ts')).answerCompare },
  compareSessions: { worker: 'reader', load: async () => (await import('./questions/compare-sessions.ts')).answerSessionPair },
  overview: { worker: 'reader', load: async () => (await import('./questions/overview.ts')).answerOverview },
  figures: { worker: 'columns', load: async () => (await import('./questions/figures.ts')).answerFigures },
  'order-sessions': { worker: 'columns', load: async () => (await import('./questions/order-sessions.ts')).answerOrder },
  sessions: { worker: 'reader', load: async () => (await import('./questions/sessions.ts')).answerSessions },
  session: { worker: 'reader', load: async () => (await import('./questions/session.ts')).answerSession },
  details: { worker: 'reader', load: async () => (await import('./questions/session.ts')).answerDetails },
  coverage: { worker: 'reader', load: async () => (await import('./questions/session.ts')).answerCoverage },
  span: { worker: 'reader', load: async () => (await import('./questions/span.ts')).answerSpan },
  content: { worker: 'reader', load: async () => (await import('./questions/span.ts')).answerContent },
  otlp: { worker: 'reader', load: async () => (await import('./questions/span.ts')).answerOtlp },
};
