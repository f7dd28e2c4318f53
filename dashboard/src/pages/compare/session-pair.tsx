/** Two sessions, step by step: tool calls that are alike stand in one row; the first that differ is marked. */
import { useMemo, type ReactNode } from 'react';
import type { SessionPairAnswer } from '../../../../src/query/api/compare.ts';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Answer } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { SpanLink } from '../../components/span-link.tsx';
import { formatDuration } from '../../models/format.ts';
import { toRunMillis } from '../../models/run-time.ts';
import { toSteps, type Step } from '../../models/pair-steps.ts';
import { SessionFigures } from './session-figures.tsx';

export interface SessionPairProps {
  /** `agent/id` */
  a: string;
  b: string;
  /** Another session is to stand on this side. */
  onAnother(side: 'a' | 'b'): void;
}

export function SessionPair({ a, b, onAnother }: SessionPairProps): ReactNode {
  const answer = useFigures<SessionPairAnswer>('/compare/sessions', useMemo(() => ({ a, b }), [a, b]));
  return <Answer query={answer}>{(data) => <Pair data={data} onAnother={onAnother} />}</Answer>;
}

function Pair({ data, onAnother }: { data: SessionPairAnswer } & Pick<SessionPairProps, 'onAnother'>): ReactNode {
  const steps = useMemo(() => toSteps(data), [data]);
  const longest = Math.max(data.a.session.activeMillis ?? 0, data.b.session.activeMillis ?? 0);
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 lg:grid-cols-2">
        <SessionFigures name="A" answer={data.a} longestMillis={longest} onAnother={() => onAnother('a')} />
        <SessionFigures name="B" answer={data.b} longestMillis={longest} onAnother={() => onAnother('b')} />
      </div>
      <Panel title="Step by step" note={data.divergence ? 'they part at the marked row' : 'the same steps from beginning to end'} isFlush>
        <ol>
          {steps.map((step) => (
            <StepRow key={`${step.a ?? ''} ${step.b ?? ''}`} step={step} data={data} />
          ))}
        </ol>
      </Panel>
    </div>
  );
}

function StepRow({ step, data }: { step: Step; data: SessionPairAnswer }): ReactNode {
  return (
    <li className={`grid grid-cols-2 border-t border-line first:border-t-0 ${step.isDivergence ? 'outline-2 -outline-offset-2 outline-wait' : ''}`} aria-label={step.isDivergence ? 'here they part' : undefined}>
      <Side answer={data.a} row={step.a} isAlone={step.b === undefined} />
      <Side answer={data.b} row={step.b} isAlone={step.a === undefined} />
    </li>
  );
}

function Side({ answer, row, isAlone }: { answer: SessionAnswer; row: number | undefined; isAlone: boolean }): ReactNode {
  if (row === undefined) return <div className="border-l border-line bg-sunken first:border-l-0" />;
  const { spans, details, session } = answer;
  const hasFailed = ['error', 'timeout'].includes(spans.outcome[row] ?? '');
  return (
    <div className={`flex min-w-0 items-center gap-2 border-l border-line px-3 py-1 first:border-l-0 ${isAlone ? 'bg-accent-soft' : ''}`}>
      <SpanLink agent={session.agent} sessionId={session.sessionId} spanId={spans.id[row]} className={`shrink-0 font-medium hover:underline ${hasFailed ? 'text-error-text' : ''}`}>
        {spans.name[row]}
      </SpanLink>
      <code className="truncate font-mono text-xs text-muted">{details[row]?.summary}</code>
      <span className="ml-auto shrink-0 text-muted">{formatDuration(toRunMillis(spans.duration[row], details[row]))}</span>
    </div>
  );
}
