/** Where time went, as one bar. Its length is a share of the page's longest. */
import type { ReactNode } from 'react';
import type { TimeShares } from '../../../src/query/api/sessions.ts';
import { formatDuration } from '../models/format.ts';

/** In the order of the bar. */
export const SHARE_PARTS: readonly { key: keyof TimeShares; label: string; color: string }[] = [
  { key: 'model', label: 'model', color: 'var(--model)' },
  { key: 'tool', label: 'tools', color: 'var(--ok)' },
  { key: 'wait', label: 'waiting for you', color: 'var(--wait)' },
  { key: 'gate', label: 'gate', color: 'var(--gate)' },
  { key: 'other', label: 'between steps', color: 'var(--line-strong)' },
  { key: 'idle', label: 'idle', color: 'repeating-linear-gradient(135deg, var(--idle) 0 2px, transparent 2px 5px)' },
];

export interface ShareBarProps {
  shares: TimeShares;
  /** ms that fill the whole width; absent: this bar does. */
  scaleMillis?: number;
  /** Parts left out: a list of sessions leaves idle out. */
  without?: readonly (keyof TimeShares)[];
  height?: number;
}

export function ShareBar({ shares, scaleMillis, without = [], height = 8 }: ShareBarProps): ReactNode {
  const parts = SHARE_PARTS.filter(({ key }) => !without.includes(key) && (shares[key] ?? 0) > 0);
  const total = parts.reduce((sum, { key }) => sum + (shares[key] ?? 0), 0);
  const scale = Math.max(scaleMillis ?? total, 1);
  const label = parts.map(({ key, label: name }) => `${name} ${formatDuration(shares[key])}`).join(', ');
  return (
    <div role="img" aria-label={label || 'no time told'} title={label} className="flex w-full min-w-10 overflow-hidden rounded-sm bg-sunken" style={{ height }}>
      {parts.map(({ key, color }) => (
        <span key={key} style={{ width: `${((shares[key] ?? 0) / scale) * 100}%`, background: color }} />
      ))}
    </div>
  );
}
