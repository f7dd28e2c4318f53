/** Every panel of the dashboard as the questions that it asks, each with the raw SELECT of the rows that it is about. */
import type { Question } from '#spoor/query/question.ts';
import { SEARCH_WORDS } from '../stores/people-and-tools.ts';
import type { StoreSample } from './store-sample.ts';

export interface Panel {
  label: string;
  /** Asked in turn: the same one twice is no measure of the first. */
  questions: Question[];
  /** `?`: the values that stand beside. Absent: there is no plain SELECT of it. */
  raw?: { sql: string; values: (string | number)[] };
  /** Costs of it must not grow with the store. */
  isBounded?: boolean;
}

const DAY_MILLIS = 86_400_000;
const GROUPED = (column: string, kind: string): string => `SELECT ${column}, count(*), sum(outcome = 'error'), avg(end_unix_nano - start_unix_nano), max(end_unix_nano - start_unix_nano) FROM span WHERE kind = '${kind}' GROUP BY 1`;

export function listPanels({ sessions, largest, spans, middleMillis }: StoreSample): Panel[] {
  const week = { fromMillis: middleMillis, toMillis: middleMillis + 7 * DAY_MILLIS };
  const [first = largest, second = largest] = sessions;
  const one = 'FROM span JOIN session ON session.id = span.session WHERE session.root = (SELECT root FROM session WHERE agent = ? AND session_id = ?)';
  return [
    { label: 'overview figures', questions: [{ name: 'figures', query: {} }, { name: 'figures', query: week }], raw: { sql: 'SELECT start_unix_nano / 86400000000000, sum(tool_calls), sum(errors), sum(cost_usd) FROM turn GROUP BY 1', values: [] } },
    { label: 'sessions, newest 50', isBounded: true, questions: [{ name: 'sessions', query: { limit: 50 } }], raw: { sql: 'SELECT * FROM session WHERE root = id ORDER BY last_unix_nano DESC LIMIT 50', values: [] } },
    { label: 'sessions by cost, 50', questions: [{ name: 'sessions', query: { limit: 50, order: 'cost' } }], raw: { sql: 'SELECT session, sum(cost_usd) FROM turn GROUP BY session ORDER BY 2 DESC LIMIT 50', values: [] } },
    { label: 'sessions of a tool', questions: [{ name: 'sessions', query: { limit: 50, tool: ['WebFetch'] } }], raw: { sql: "SELECT DISTINCT session FROM span WHERE tool_name = 'WebFetch' LIMIT 50", values: [] } },
    { label: 'full text, a rare word', isBounded: true, questions: [{ name: 'sessions', query: { limit: 50, text: SEARCH_WORDS.rare } }] },
    { label: 'full text, one session of 20', questions: [{ name: 'sessions', query: { limit: 50, text: SEARCH_WORDS.some } }] },
    { label: 'full text, nearly everywhere', questions: [{ name: 'sessions', query: { limit: 50, text: SEARCH_WORDS.frequent } }] },
    { label: 'one session', isBounded: true, questions: sessions.map((query) => ({ name: 'session', query })), raw: { sql: `SELECT span.* ${one}`, values: [first.agent, first.sessionId] } },
    { label: 'the largest session', questions: [{ name: 'session', query: largest }], raw: { sql: `SELECT span.* ${one}`, values: [largest.agent, largest.sessionId] } },
    { label: 'one span', isBounded: true, questions: spans.map((spanId) => ({ name: 'span', query: { spanId } })), raw: { sql: 'SELECT * FROM span WHERE span_id = ?', values: [spans[0] ?? ''] } },
    { label: 'tools', questions: [{ name: 'tools', query: {} }, { name: 'tools', query: { by: 'command' } }], raw: { sql: GROUPED('tool_name', 'tool'), values: [] } },
    { label: 'tools, one week', questions: [{ name: 'tools', query: week }] },
    { label: 'the slowest calls', questions: [{ name: 'calls', query: { which: 'slowest' } }, { name: 'calls', query: { which: 'failed', name: 'Bash' } }], raw: { sql: "SELECT span_id FROM span WHERE kind = 'tool' ORDER BY end_unix_nano - start_unix_nano DESC LIMIT 50", values: [] } },
    { label: 'skills', questions: [{ name: 'skills', query: {} }], raw: { sql: "SELECT json_extract(data, '$.values.skillName') AS skill, count(*) FROM span WHERE tool_name = 'Skill' GROUP BY 1", values: [] } },
    { label: 'models', questions: [{ name: 'models', query: {} }], raw: { sql: GROUPED('model', 'chat'), values: [] } },
    { label: 'models, one week', questions: [{ name: 'models', query: week }] },
    { label: 'compare before and after', questions: [{ name: 'compare', query: { a: { toMillis: middleMillis }, b: { fromMillis: middleMillis } } }], raw: { sql: 'SELECT session, sum(tool_calls), sum(errors), sum(cost_usd), sum(end_unix_nano - start_unix_nano) FROM turn GROUP BY session', values: [] } },
    { label: 'compare two weeks', questions: [{ name: 'compare', query: { a: week, b: { fromMillis: week.toMillis, toMillis: week.toMillis + 7 * DAY_MILLIS } } }] },
    { label: 'two sessions, paired', questions: [{ name: 'compareSessions', query: { a: first, b: second } }] },
  ];
}
