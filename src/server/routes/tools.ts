/** `GET /api/tools` and `/api/tools/calls`: what was called, how long it took, how it ended. */
import type { CallsQuery, ToolsQuery } from '../../query/api/tools.ts';
import { AnswerError } from '../answer-error.ts';
import { ask } from '../ask.ts';
import { FILTER_FIELDS } from '../filter-fields.ts';
import { oneOf, parseQuery, text, whole, type Fields } from '../parse-query.ts';
import type { Route } from '../route.ts';

const MOST_CALLS = 200;

const TOOLS_FIELDS: Fields<ToolsQuery> = { ...FILTER_FIELDS, by: oneOf(['tool', 'mcp', 'command', 'agent']) };
const CALLS_FIELDS: Fields<CallsQuery> = { ...TOOLS_FIELDS, name: text, which: oneOf(['slowest', 'failed', 'denied', 'newest']), limit: whole(1, MOST_CALLS), after: text };

export const tools: Route = {
  path: '/api/tools',
  summary: 'tools, MCP servers or shell commands: calls, errors, run times',
  answer: (sources, { search }) => ask(sources, { name: 'tools', query: parseQuery(search, TOOLS_FIELDS) }),
};

export const calls: Route = {
  path: '/api/tools/calls',
  summary: 'the slowest, failed, denied or newest calls',
  answer: (sources, { search }) => {
    const { which, ...query } = parseQuery(search, CALLS_FIELDS);
    if (which === undefined) throw new AnswerError(400, 'Which calls is missing.', 'Add which=slowest, failed, denied or newest.');
    return ask(sources, { name: 'calls', query: { ...query, which } });
  },
};
