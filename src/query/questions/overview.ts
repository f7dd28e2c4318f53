/** What is going on: what runs, what asks for a person, and the sums of today and of the week. How the tracing is, the server adds. */
import { readConfigs, type ConfigDatabase } from '../../store/sqlite/config-rows.ts';
import { IS_NO_PROBE } from '../../store/sqlite/read-sessions.ts';
import type { Filter, Timed } from '../api/figures.ts';
import type { OverviewAnswer } from '../api/overview.ts';
import type { SessionRow } from '../api/sessions.ts';
import type { ReadDatabase } from '../open-reading.ts';
import type { ReaderContext } from '../question.ts';
import { readAttention } from '../reader/read-attention.ts';
import { readSessionRows } from '../reader/read-session-rows.ts';
import type { FiguresAnswer } from './figures.ts';

export async function answerOverview(query: Filter, context: ReaderContext): Promise<Omit<OverviewAnswer, 'health' | keyof Timed>> {
  const { mostExpensive, ...figures } = (await context.ask({ name: 'figures', query })) as FiguresAnswer;
  const store = context.open('database');
  const { running, waiting } = readAttention(store, context.nowMillis, (row) => isAbout(row, query) && isOffered(store, row, query.skillVersion));
  const hasSessions = store.sql(`SELECT 1 FROM session WHERE root = id AND ${IS_NO_PROBE} LIMIT 1`).get() !== undefined;
  return { ...figures, hasSessions, running, waiting, mostExpensive: toRows(store, mostExpensive, context.nowMillis) };
}

/** Under a filter by model with what that model used in each, in place of the session's own. */
function toRows(store: ReadDatabase, sessions: FiguresAnswer['mostExpensive'], nowMillis: number): SessionRow[] {
  if (sessions.every(({ cost }) => cost === undefined)) return readSessionRows(store, sessions.map(({ row }) => row), nowMillis);
  return sessions.flatMap(({ row, ...figures }) => readSessionRows(store, [row], nowMillis).map((session) => ({ ...session, ...figures })));
}

/** The restrictions that a session that runs can be held against; its window is now. */
function isAbout(row: SessionRow, { agent, project, model, branch, skill, config }: Filter): boolean {
  const has = (wanted: readonly string[] | undefined, values: readonly (string | undefined)[]): boolean => !wanted || values.some((value) => value !== undefined && wanted.includes(value));
  return has(agent, [row.agent]) && has(project, [row.project]) && has(model, row.models) && has(branch, [row.branch]) && has(skill, row.skills) && has(config, [row.configFingerprint]);
}

/** Whether it was offered one of these skills with this text (`name@hash`). */
function isOffered(store: ConfigDatabase, { configFingerprint }: SessionRow, wanted: readonly string[] | undefined): boolean {
  if (!wanted) return true;
  const parts = configFingerprint === undefined ? undefined : readConfigs(store, [configFingerprint]).get(configFingerprint);
  return parts?.some(({ kind, name, hash }) => kind === 'skill' && wanted.includes(`${name}@${hash}`)) ?? false;
}
