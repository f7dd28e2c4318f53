/** The fields of `Filter` (`query/api/figures.ts`), which most questions have. */
import type { Filter } from '../query/api/figures.ts';
import { moment, words, type Fields } from './parse-query.ts';

export const FILTER_FIELDS: Fields<Filter> = {
  fromMillis: moment, toMillis: moment,
  agent: words, project: words, model: words, branch: words, tool: words, skill: words, skillVersion: words, config: words,
};
