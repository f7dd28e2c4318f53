/** A small label: a skill, a model, a count. */
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type ChipTone = 'plain' | 'accent' | 'error' | 'deny' | 'wait' | 'good';

const TONES: Readonly<Record<ChipTone, string>> = {
  plain: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-model-text',
  error: 'bg-error-soft text-error-text',
  deny: 'bg-deny-soft text-deny-text',
  wait: 'bg-wait-soft text-wait-text',
  good: 'bg-sunken text-good-text',
};

export function Chip({ children, tone = 'plain', title }: { children: ReactNode; tone?: ChipTone; title?: string }): ReactNode {
  return (
    <span title={title} className={classNames('inline-flex max-w-full items-center gap-1 truncate rounded px-1.5 text-xs leading-5 whitespace-nowrap', TONES[tone])}>
      {children}
    </span>
  );
}
