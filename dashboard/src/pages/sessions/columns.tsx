/** The columns of the list: how wide, from which width of the page on, what they sort by, what stands in them. */
import type { ReactNode } from 'react';
import type { SessionOrder, SessionRow } from '../../../../src/query/api/sessions.ts';
import { CostText } from '../../components/cost-text.tsx';
import { Chip } from '../../components/chip.tsx';
import { SessionLink } from '../../components/session-link.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { ABSENT, formatAge, formatCount, formatDay, formatDuration, formatMoment, formatTokens } from '../../models/format.ts';

/** What a cell needs beside its row. */
export interface RowContext {
  nowMillis: number;
  longestActiveMillis: number;
}

export interface ListColumn {
  id: string;
  header: string;
  /** What the header means. */
  title?: string;
  order?: SessionOrder;
  isRight?: boolean;
  /** From which width on it is there, and how it looks. */
  className?: string;
  cell(row: SessionRow, context: RowContext): ReactNode;
}

/**
 * Widths of the columns that are there, at each width of the list (not of the window: the navigation beside it has two widths). The mark (choice
 * and state) comes first; a name has what is left.
 */
export const GRID =
  'grid items-center gap-x-2 px-2 ' +
  'grid-cols-[2.5rem_minmax(0,1fr)_4.75rem_3.25rem_4rem_2.75rem_2.75rem_4.5rem] ' +
  '@4xl:grid-cols-[2.5rem_minmax(0,1fr)_4.75rem_7rem_3.25rem_4rem_2.75rem_2.75rem_2.75rem_3.25rem_4.5rem] ' +
  '@5xl:grid-cols-[2.5rem_minmax(0,1fr)_4.75rem_6.5rem_7rem_3.25rem_4rem_2.75rem_2.75rem_2.75rem_3.25rem_4.5rem] ' +
  '@6xl:grid-cols-[2.5rem_minmax(0,1fr)_4.75rem_6.75rem_7rem_5.25rem_3rem_7.75rem_2.75rem_2.75rem_2.75rem_3.25rem_4.5rem] ' +
  '@[90rem]:grid-cols-[2.5rem_minmax(0,1fr)_5.5rem_8rem_11rem_5.5rem_3.5rem_12rem_3.25rem_3.25rem_3.25rem_4rem_6rem]';

const FROM_4XL = 'hidden @4xl:block';
const FROM_5XL = 'hidden @5xl:block';
const FROM_6XL = 'hidden @6xl:block';

export const COLUMNS: readonly ListColumn[] = [
  { id: 'title', header: 'Session', title: 'Its title, else its first prompt; the skills that were loaded', cell: (row) => <Title row={row} /> },
  { id: 'agent', header: 'Agent', className: 'text-xs text-muted', cell: (row) => row.agent },
  { id: 'model', header: 'Model', className: `text-xs text-muted ${FROM_5XL}`, cell: (row) => <span title={row.models.join(', ')}>{row.models.length === 0 ? ABSENT : `${row.models[0]}${row.models.length > 1 ? ` +${row.models.length - 1}` : ''}`}</span> },
  { id: 'project', header: 'Project', title: 'The repository or folder, and the branch', className: `text-xs ${FROM_4XL}`, cell: (row) => <Place row={row} /> },
  { id: 'start', header: 'Started', order: 'start', className: `text-xs text-muted ${FROM_6XL}`, cell: (row) => <span title={formatMoment(row.startMillis)}>{formatStart(row.startMillis)}</span> },
  { id: 'last', header: 'Last', title: 'When something last happened in it', order: 'last', isRight: true, className: 'text-xs text-muted', cell: (row, { nowMillis }) => <span title={formatMoment(row.lastMillis)}>{formatAge(row.lastMillis, nowMillis).replace(' ago', '')}</span> },
  { id: 'active', header: 'Active', title: 'Sum of its turns: model, tools, waiting for a person, between steps. The bar is scaled to the longest of the list.', order: 'active', isRight: true, cell: (row, { longestActiveMillis }) => <Active row={row} scaleMillis={longestActiveMillis} /> },
  { id: 'toolCalls', header: 'Calls', title: 'Tool calls, incl. subagents', order: 'toolCalls', isRight: true, cell: (row) => <Count count={row.toolCalls} /> },
  { id: 'errors', header: 'Errors', title: 'Calls that ended in an error or timeout', order: 'errors', isRight: true, cell: (row) => <Count count={row.errors} tone="text-error-text font-medium" /> },
  { id: 'denied', header: 'Denied', title: 'Calls that a person or a rule refused', isRight: true, className: FROM_4XL, cell: (row) => <Count count={row.denied} tone="text-deny-text font-medium" /> },
  { id: 'tokens', header: 'Tokens', title: 'Input and output, incl. what came from a cache', order: 'tokens', isRight: true, className: FROM_4XL, cell: (row) => formatTokens(sumTokens(row)) },
  { id: 'cost', header: 'Cost', title: 'Charged, or ≈ what it would have cost at the API; credits apart', order: 'cost', isRight: true, cell: (row) => <CostText cost={row.cost} short /> },
];

/** Input has the cache in it, output the reasoning. */
export function sumTokens({ tokens }: Pick<SessionRow, 'tokens'>): number | undefined {
  return tokens.input === undefined && tokens.output === undefined ? undefined : (tokens.input ?? 0) + (tokens.output ?? 0);
}

/** Today the time of day, else the day with it. */
function formatStart(atMillis: number): string {
  const date = new Date(atMillis);
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return date.toDateString() === new Date().toDateString() ? time : `${formatDay(atMillis)} ${time}`;
}

function Title({ row }: { row: SessionRow }): ReactNode {
  const [first, ...others] = row.skills;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <SessionLink session={row} spanId={row.snippetSpanId} tabIndex={-1} className="min-w-0" />
      {row.subagents > 0 && (
        <span className="shrink-0 text-xs text-muted" title={`${row.subagents} subagents`}>
          +{row.subagents}
        </span>
      )}
      <span className="ml-auto hidden max-w-[45%] shrink-0 items-center gap-1 @4xl:inline-flex">
        {first !== undefined && <Chip title={`Skill ${first}`}>{first}</Chip>}
        {others.length > 0 && (
          <span className="text-xs text-muted" title={row.skills.join(', ')}>
            +{others.length}
          </span>
        )}
      </span>
    </span>
  );
}

function Place({ row }: { row: SessionRow }): ReactNode {
  return (
    <span title={[row.cwd ?? row.project, row.branch].filter(Boolean).join(' · ')}>
      {row.project ?? ABSENT}
      {row.branch !== undefined && <span className="text-muted"> · {row.branch}</span>}
    </span>
  );
}

function Active({ row, scaleMillis }: { row: SessionRow; scaleMillis: number }): ReactNode {
  return (
    <span className="flex items-center justify-end gap-1.5">
      <span className="hidden min-w-0 flex-1 @6xl:block">
        {row.activeMillis !== undefined && <ShareBar shares={row.shares} scaleMillis={scaleMillis} without={['idle']} />}
      </span>
      <span className="w-16 shrink-0">{formatDuration(row.activeMillis)}</span>
    </span>
  );
}

function Count({ count, tone = '' }: { count: number; tone?: string }): ReactNode {
  return <span className={count === 0 ? 'text-muted' : tone}>{formatCount(count)}</span>;
}
