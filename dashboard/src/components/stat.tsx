/** One number with its name: read in a second. */
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface StatProps {
  label: string;
  value: ReactNode;
  /** Below it, small. */
  sub?: ReactNode;
  tone?: 'plain' | 'error' | 'deny' | 'wait' | 'good';
  title?: string;
}

const TONES = { plain: '', error: 'text-error-text', deny: 'text-deny-text', wait: 'text-wait-text', good: 'text-good-text' } as const;

export function Stat({ label, value, sub, tone = 'plain', title }: StatProps): ReactNode {
  return (
    <div className="min-w-0 px-3 py-2" title={title}>
      <div className="truncate text-xs text-muted">{label}</div>
      <div className={classNames('truncate text-xl leading-7 font-semibold', TONES[tone])}>{value}</div>
      {sub !== undefined && <div className="text-xs text-pretty text-muted">{sub}</div>}
    </div>
  );
}

/** Stats side by side, divided by hairlines. */
export function StatRow({ children }: { children: ReactNode }): ReactNode {
  return <div className="grid grid-cols-2 divide-line max-sm:[&>*:last-child:nth-child(odd)]:col-span-2 rounded-lg border border-line bg-panel sm:grid-cols-3 lg:flex lg:divide-x lg:*:flex-1">{children}</div>;
}
