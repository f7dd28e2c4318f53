/** Every question: one line for what it is asked with, one for who answers it and where. */
import type { CompareQuery } from './api/compare.ts';
import type { Filter } from './api/figures.ts';
import type { ModelsQuery } from './api/overview.ts';
import type { CallsQuery, ToolsQuery } from './api/tools.ts';
import type { Definition } from './question.ts';
import type { FiguresQuery } from './questions/figures.ts';
import type { OrderQuery } from './questions/order-sessions.ts';

export interface Questions {
  tools: ToolsQuery;
  calls: CallsQuery;
  skills: Filter;
  models: ModelsQuery;
  compare: CompareQuery;
  /** The sums of the overview. */
  figures: FiguresQuery;
  /** Sessions in any order, as rows of `session`. */
  'order-sessions': OrderQuery;
}

export const questions: { readonly [N in keyof Questions]: Definition<Questions[N]> } = {
  tools: { worker: 'columns', load: async () => (await import('./questions/tools.ts')).answerTools },
  calls: { worker: 'columns', load: async () => (await import('./questions/calls.ts')).answerCalls },
  skills: { worker: 'columns', load: async () => (await import('./questions/skills.ts')).answerSkills },
  models: { worker: 'columns', load: async () => (await import('./questions/models.ts')).answerModels },
  compare: { worker: 'columns', load: async () => (await import('./questions/compare.ts')).answerCompare },
  figures: { worker: 'columns', load: async () => (await import('./questions/figures.ts')).answerFigures },
  'order-sessions': { worker: 'columns', load: async () => (await import('./questions/order-sessions.ts')).answerOrder },
};
