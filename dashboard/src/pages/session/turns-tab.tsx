/** Turn by turn: tokens and cost, as bars and as a table. */
import { useMemo, type ReactNode } from 'react';
import type { SessionAnswer, TurnRow } from '../../../../src/query/api/session.ts';
import { CostText } from '../../components/cost-text.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { OutcomeTag } from '../../components/outcome-tag.tsx';
import { Panel } from '../../components/panel.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { toCostRank } from '../../models/cost-rank.ts';
import { formatCount, formatMoment, formatTokens } from '../../models/format.ts';
import { isEndUntold, isTurnAlive, isTurnOpen, toTurnMillis } from '../../models/session/turn-end.ts';
import { TurnLength } from './session-rail.tsx';
import { CostBars, TokenBars } from './turn-bars.tsx';

export function TurnsTab({ answer, onTurn }: { answer: SessionAnswer; onTurn: (spanId: string) => void }): ReactNode {
  const { turns } = answer;
  const columns = useMemo(() => toColumns(answer, onTurn), [answer, onTurn]);
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 md:grid-cols-2">
        <TokenBars turns={turns} onTurn={onTurn} />
        <CostBars turns={turns} onTurn={onTurn} />
      </div>
      <Panel title="Turns" note="each from a prompt to its last answer; calls incl. subagents" isFlush>
        <DataTable label="Turns" rows={turns} columns={columns} rowKey={({ spanId }) => spanId} sortBy={{ id: 'index', desc: false }} />
      </Panel>
    </div>
  );
}

function toColumns(answer: SessionAnswer, onTurn: (spanId: string) => void): Column<TurnRow>[] {
  return [
    { id: 'index', header: '#', value: ({ index }) => index, cell: ({ index }) => index + 1 },
    {
      id: 'prompt', header: 'Prompt', value: ({ prompt }) => prompt, className: 'max-w-24 truncate sm:max-w-64',
      cell: ({ spanId, prompt }) => (
        <button type="button" onClick={() => onTurn(spanId)} title={prompt} className="block max-w-full truncate text-left hover:text-model-text hover:underline">
          {prompt ?? 'Prompt not told'}
        </button>
      ),
    },
    { id: 'outcome', header: 'End', className: 'max-sm:hidden', value: ({ outcome }) => outcome, cell: (turn) => (isTurnAlive(turn, answer) ? 'runs' : isEndUntold(turn) && !isTurnOpen(turn, answer) ? 'not told' : <OutcomeTag outcome={turn.outcome} />) },
    { id: 'start', header: 'Start', className: 'hidden xl:table-cell whitespace-nowrap text-muted', value: ({ startMillis }) => startMillis, cell: ({ startMillis }) => formatMoment(startMillis) },
    { id: 'duration', header: 'Took', align: 'right', value: (turn) => toTurnMillis(turn, answer, turn.lastMillis ?? turn.startMillis), cell: (turn) => <TurnLength turn={turn} answer={answer} /> },
    { id: 'shares', header: 'Where', title: 'Where the time of the turn went', className: 'hidden lg:table-cell w-28', value: () => undefined, cell: ({ shares }) => <ShareBar shares={shares} without={['idle']} /> },
    { id: 'calls', header: 'Calls', align: 'right', value: ({ toolCalls }) => toolCalls, cell: ({ toolCalls }) => formatCount(toolCalls), className: 'max-sm:hidden' },
    { id: 'errors', header: 'Errors', align: 'right', value: ({ errors }) => errors, cell: ({ errors }) => <span className={errors > 0 ? 'text-error-text' : 'text-faint'}>{formatCount(errors)}</span> },
    { id: 'denied', header: 'Denied', align: 'right', className: 'hidden sm:table-cell', value: ({ denied }) => denied, cell: ({ denied }) => <span className={denied > 0 ? 'text-deny-text' : 'text-faint'}>{formatCount(denied)}</span> },
    { id: 'input', header: 'Tokens in', align: 'right', value: ({ tokens }) => tokens.input, cell: ({ tokens }) => formatTokens(tokens.input), className: 'max-sm:hidden' },
    { id: 'cached', header: 'Cached', title: 'Of the input, from a cache', align: 'right', className: 'hidden md:table-cell', value: ({ tokens }) => tokens.cacheRead, cell: ({ tokens }) => formatTokens(tokens.cacheRead) },
    { id: 'output', header: 'Out', align: 'right', value: ({ tokens }) => tokens.output, cell: ({ tokens }) => formatTokens(tokens.output), className: 'max-sm:hidden' },
    { id: 'cost', header: 'Cost', align: 'right', value: ({ cost }) => toCostRank(cost), cell: ({ cost }) => <CostText cost={cost} /> },
  ];
}
