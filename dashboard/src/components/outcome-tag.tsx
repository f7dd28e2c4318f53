/** How a call ended: colour and word. */
import type { ReactNode } from 'react';
import type { Outcome } from '../../../src/core/span.ts';
import { Chip, type ChipTone } from './chip.tsx';

const TONES: Readonly<Record<Outcome, ChipTone>> = { ok: 'plain', error: 'error', timeout: 'error', denied: 'deny', cancelled: 'plain', unknown: 'plain' };

export function OutcomeTag({ outcome }: { outcome: Outcome }): ReactNode {
  return <Chip tone={TONES[outcome]}>{outcome}</Chip>;
}
