/** Where the waterfall stands. */
import type { ReactNode } from 'react';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import type { SessionParams } from '../../models/session/session-params.ts';
import type { SetSessionParams } from './session-page.tsx';
import { SpanList } from './span-list.tsx';

export interface SpanViewProps {
  answer: SessionAnswer;
  params: SessionParams;
  set: SetSessionParams;
}

export function SpanView({ answer, params, set }: SpanViewProps): ReactNode {
  return <SpanList answer={answer} selected={params.span} onSelect={(span) => set({ span })} />;
}
