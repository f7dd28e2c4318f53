/** Tokens and cost of each turn as bars side by side; a bar leads to its turn. */
import type { ReactNode } from 'react';
import type { TurnRow } from '../../../../src/query/api/session.ts';
import { toCostParts } from '../../components/cost-text.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount, formatCredits, formatTokens, formatUsd } from '../../models/format.ts';
import { toCostSeries, toTokenParts, TOKEN_PARTS } from '../../models/session/turn-figures.ts';

interface BarsProps {
  turns: readonly TurnRow[];
  onTurn(spanId: string): void;
}

const COLORS: Readonly<Record<(typeof TOKEN_PARTS)[number]['key'], string>> = { cacheRead: 'var(--series-5)', cacheCreation: 'var(--series-3)', fresh: 'var(--series-1)', output: 'var(--series-2)' };

export function TokenBars({ turns, onTurn }: BarsProps): ReactNode {
  const parts = turns.map(({ tokens }) => toTokenParts(tokens));
  const sums = parts.map((one) => (one ? TOKEN_PARTS.reduce((sum, { key }) => sum + (one[key] ?? 0), 0) : 0));
  const most = Math.max(1, ...sums);
  if (parts.every((one) => one === undefined)) return <Panel title="Tokens by turn">No turn of this session tells its tokens.</Panel>;
  return (
    <Panel title="Tokens by turn" note={`most ${formatTokens(Math.max(...sums))}`}>
      <Bars>
        {turns.map((turn, at) => {
          const one = parts[at];
          return (
            <Bar key={turn.spanId} turn={turn} onTurn={onTurn} label={one ? TOKEN_PARTS.flatMap(({ key, label }) => (one[key] === undefined ? [] : [`${label} ${formatTokens(one[key])}`])).join(', ') : 'tokens not told'}>
              {one && TOKEN_PARTS.map(({ key }) => <span key={key} className="block w-full" style={{ height: `${((one[key] ?? 0) / most) * 100}%`, background: COLORS[key] }} />)}
            </Bar>
          );
        })}
      </Bars>
      <Legend entries={TOKEN_PARTS.map(({ key, label }) => ({ label, color: COLORS[key] }))} />
    </Panel>
  );
}

export function CostBars({ turns, onTurn }: BarsProps): ReactNode {
  const { unit, values } = toCostSeries(turns);
  const known = values.filter((value) => value !== undefined);
  const most = Math.max(...known, 0);
  const format = (value: number): string => (unit === 'credits' ? `${formatCredits(value)} cr` : unit === 'premiumRequests' ? `${formatCount(value)} PR` : `${unit === 'equivalentUsd' ? '≈ ' : ''}${formatUsd(value)}`);
  if (unit === undefined) return <Panel title="Cost by turn">No turn of this session has a price.</Panel>;
  return (
    <Panel title="Cost by turn" note={`most ${format(most)}`}>
      <Bars>
        {turns.map((turn, at) => (
          <Bar key={turn.spanId} turn={turn} onTurn={onTurn} label={toCostParts(turn.cost).map(({ text }) => text).join(', ') || 'cost not told'}>
            <span className="block w-full" style={{ height: `${((values[at] ?? 0) / (most || 1)) * 100}%`, background: 'var(--series-1)' }} />
          </Bar>
        ))}
      </Bars>
      <Legend entries={[{ label: { usd: 'dollars', equivalentUsd: 'dollars at the API’s prices, not charged', credits: 'credits', premiumRequests: 'premium requests' }[unit], color: 'var(--series-1)' }]} />
    </Panel>
  );
}

function Bars({ children }: { children: ReactNode }): ReactNode {
  return <div className="flex h-32 items-end gap-px overflow-x-auto">{children}</div>;
}

/** The table below has the same for the keyboard. */
function Bar({ turn, label, onTurn, children }: { turn: TurnRow; label: string; onTurn: (spanId: string) => void; children: ReactNode }): ReactNode {
  return (
    <button type="button" tabIndex={-1} aria-label={`Turn ${turn.index + 1}: ${label}`} title={`Turn ${turn.index + 1}: ${label}`} onClick={() => onTurn(turn.spanId)} className="flex h-full max-w-12 min-w-1.5 flex-1 flex-col justify-end overflow-hidden rounded-t-xs hover:bg-sunken">
      {children}
    </button>
  );
}

function Legend({ entries }: { entries: readonly { label: string; color: string }[] }): ReactNode {
  return (
    <p className="mt-2 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
      {entries.map(({ label, color }) => (
        <span key={label} className="inline-flex items-center gap-1">
          <span aria-hidden className="inline-block size-2 rounded-xs" style={{ background: color }} />
          {label}
        </span>
      ))}
    </p>
  );
}
