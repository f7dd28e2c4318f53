/** The facts of a span in pairs; what is not known is not there. */
import { Link } from '@tanstack/react-router';
import { useContext, type ReactNode } from 'react';
import type { SessionAnswer, SpanAnswer } from '../../../../src/query/api/session.ts';
import { Alone } from '../../components/alone.ts';
import { Chip } from '../../components/chip.tsx';
import { CostText, toCostParts, toUnpricedText } from '../../components/cost-text.tsx';
import { toTookText } from '../../models/session/took-text.ts';
import { formatMoment, formatTokens } from '../../models/format.ts';

interface Fact {
  label: string;
  value: ReactNode;
}

export function SpanFacts({ span, answer }: { span: SpanAnswer; answer: SessionAnswer }): ReactNode {
  return (
    <>
      {(span.errorType !== undefined || span.errorMessage !== undefined) && (
        <div className="rounded border border-error bg-error-soft px-2 py-1.5 text-error-text">
          {span.errorType !== undefined && <p className="font-medium">{span.errorType}</p>}
          {span.errorMessage !== undefined && <p className="max-h-40 overflow-y-auto font-mono text-xs break-words whitespace-pre-wrap">{span.errorMessage}</p>}
        </div>
      )}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
        {toFacts(span, answer).map(({ label, value }) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {(span.isChanged || !span.isFinal || span.isEstimated) && (
        <p className="flex flex-wrap gap-1.5">
          {span.isEstimated && <Chip title="Nobody told when it began or ended">times estimated</Chip>}
          {!span.isFinal && <Chip tone="wait" title="More may still be told of it">not final yet</Chip>}
          {span.isChanged && <Chip title="It changed after it was sent: destinations have the older one">changed since it was sent</Chip>}
        </p>
      )}
    </>
  );
}

function toFacts(span: SpanAnswer, answer: SessionAnswer): Fact[] {
  const facts: (Fact | false | undefined)[] = [
    { label: 'Start', value: formatMoment(span.startMillis) },
    { label: 'Took', value: toTookText(span, answer) },
    { label: 'Turn', value: span.turnIndex + 1 },
    span.purpose !== undefined && { label: 'Purpose', value: span.purpose },
    span.exitCode !== undefined && { label: 'Exit code', value: <span className={span.exitCode === 0 ? '' : 'font-medium text-error-text'}>{span.exitCode}</span> },
    span.mcpServer !== undefined && { label: 'MCP', value: [span.mcpServer, span.mcpTool].filter(Boolean).join(' · ') },
    span.skillName !== undefined && {
      label: 'Skill',
      value: <SkillLink name={span.skillName} />,
    },
    span.model !== undefined && { label: 'Model', value: [span.model, span.provider].filter(Boolean).join(' · ') },
    span.finishReasons !== undefined && span.finishReasons.length > 0 && { label: 'Stopped', value: span.finishReasons.join(', ') },
    hasTokens(span) && { label: 'Tokens', value: toTokenText(span.tokens) },
    (toCostParts(span.cost).length > 0 || toUnpricedText(span.cost) !== undefined) && { label: 'Cost', value: <CostText cost={span.cost} /> },
    span.files.length > 0 && { label: 'Files', value: <Files span={span} /> },
  ];
  return facts.filter((fact): fact is Fact => fact !== false && fact !== undefined);
}

function SkillLink({ name }: { name: string }): ReactNode {
  if (useContext(Alone)) return name;
  return (
    <Link to="/skills" search={{ skill: [name] }} className="text-model-text hover:underline">
      {name}
    </Link>
  );
}

function hasTokens({ tokens }: SpanAnswer): boolean {
  return Object.values(tokens).some((value) => value !== undefined);
}

/** `18.2 k in (16 k from a cache, 1.1 k written to one), 812 out (300 reasoning)`. */
function toTokenText({ input, output, cacheRead, cacheCreation, reasoning }: SpanAnswer['tokens']): string {
  const cache = [cacheRead === undefined ? '' : `${formatTokens(cacheRead)} from a cache`, cacheCreation ? `${formatTokens(cacheCreation)} written to one` : ''].filter(Boolean).join(', ');
  const parts = [input === undefined ? '' : `${formatTokens(input)} in${cache === '' ? '' : ` (${cache})`}`, output === undefined ? '' : `${formatTokens(output)} out${reasoning === undefined ? '' : ` (${formatTokens(reasoning)} reasoning)`}`];
  return parts.filter(Boolean).join(', ');
}

function Files({ span }: { span: SpanAnswer }): ReactNode {
  return (
    <ul className="font-mono text-xs">
      {span.files.map((file) => (
        <li key={`${file.path} ${JSON.stringify(file)}`} className="break-all">
          {file.path}
        </li>
      ))}
    </ul>
  );
}
