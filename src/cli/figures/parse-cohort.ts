/** A cohort of sessions as people type it → a filter. */
import type { Filter } from '../../query/api/figures.ts';
import { AGENT_IDS, isAgent } from '../agent-ids.ts';
import { UsageFailure } from '../failure.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { MOMENT_FORMS, parseMoment } from '../terminal/time-text.ts';

const NAMES = ['agent', 'project', 'model', 'branch', 'tool', 'skill', 'skillVersion', 'config'] as const;
/** Name → the end of the window that it sets. */
const MOMENTS: Readonly<Record<string, 'fromMillis' | 'toMillis'>> = { since: 'fromMillis', after: 'fromMillis', from: 'fromMillis', before: 'toMillis', until: 'toMillis', to: 'toMillis' };

/** `since=7d,model=x`, `before:2026-11-01`; `all` is every session. The same name twice: either value. Throws a `UsageFailure`. */
export function parseCohort(text: string, nowMillis: number): Filter {
  const filter: Filter = {};
  if (text === 'all') return filter;
  for (const part of text.split(',')) addPart(filter, part.trim(), { text, nowMillis });
  return filter;
}

function addPart(filter: Filter, part: string, { text, nowMillis }: { text: string; nowMillis: number }): void {
  const [, name = '', value = ''] = /^([A-Za-z]+)[=:](.+)$/s.exec(part) ?? [];
  const end = MOMENTS[name];
  const list = NAMES.find((one) => one === name);
  if (end !== undefined) {
    const moment = parseMoment(value, nowMillis);
    if (moment === undefined) throw new UsageFailure(`"${value}" in the cohort "${text}" is no time.`, `Write it as ${MOMENT_FORMS}.`);
    filter[end] = moment;
  } else if (list === 'agent' && !isAgent(value)) throw new UsageFailure(`There is no agent "${toPlainLine(value)}", as the cohort "${toPlainLine(text)}" says.`, `There are: ${AGENT_IDS.join(', ')}.`);
  else if (list !== undefined) filter[list] = [...(filter[list] ?? []), value];
  else throw new UsageFailure(`"${part}" in the cohort "${text}" means nothing.`, `Write name=value, with commas between: since, before, ${NAMES.join(', ')}. Or: all.`);
}
