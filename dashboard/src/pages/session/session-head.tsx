/** The head of a session: what it was, and its figures in a line. */
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight, ExternalLink } from 'lucide-react';
import { useContext, useEffect, type ReactNode } from 'react';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { ask } from '../../api/client.ts';
import { keyOfSession } from '../../api/session-list.ts';
import { sessionPath } from '../../api/use-session.ts';
import { Alone } from '../../components/alone.ts';
import { Chip } from '../../components/chip.tsx';
import { classNames } from '../../components/class-names.ts';
import { CopyButton } from '../../components/command.tsx';
import { CostText } from '../../components/cost-text.tsx';
import { toTitle } from '../../components/session-link.tsx';
import { StateDot } from '../../components/state-dot.tsx';
import { useNow } from '../../components/use-now.ts';
import { goesOn, toActiveNowMillis } from '../../models/active-time.ts';
import { ABSENT, formatCount, formatDuration, formatMoment, formatTokens } from '../../models/format.ts';

const ACTION = 'inline-flex h-7 items-center gap-1.5 rounded-md border border-line bg-panel px-2 whitespace-nowrap text-muted hover:text-text';

export function SessionHead({ answer }: { answer: SessionAnswer }): ReactNode {
  const { session } = answer;
  const isAlone = useContext(Alone);
  const title = toTitle(session);
  useEffect(() => {
    document.title = `${title} · spoor`;
  }, [title]);
  return (
    <header className="mb-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="min-w-0 flex-1 truncate text-lg font-semibold max-sm:basis-full" title={session.title}>
          {title}
        </h1>
        <StateDot state={session.state} withLabel />
        {!isAlone && <Actions answer={answer} />}
      </div>
      <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-0.5 text-muted">
        <span>
          {session.agent}
          {session.agentVersion !== undefined && ` ${session.agentVersion}`}
        </span>
        {session.models.length > 0 && <span>· {session.models.join(', ')}</span>}
        {session.project !== undefined && <span title={session.cwd}>· {session.project}</span>}
        {session.branch !== undefined && <span>· {session.branch}</span>}
        {session.skills.map((skill) => (
          <Chip key={skill} title={`Skill ${skill}`}>
            {skill}
          </Chip>
        ))}
      </p>
      <Figures answer={answer} />
    </header>
  );
}

function Actions({ answer: { session, links } }: { answer: SessionAnswer }): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {links.map(({ destination, url }) => (
        <a key={`${destination} ${url}`} href={url} target="_blank" rel="noreferrer" className={ACTION}>
          {destination} <ExternalLink aria-hidden className="size-3.5" />
        </a>
      ))}
      <Link to="/compare" search={{ a: keyOfSession(session) }} className={ACTION} title="Beside another session">
        <ArrowLeftRight aria-hidden className="size-3.5" /> Compare
      </Link>
      <CopyButton text={() => askOtlp(`${sessionPath(session)}/otlp`)} label="Copy the session as one OTLP request in JSON" className={ACTION}>
        OTLP
      </CopyButton>
    </div>
  );
}

function Figures({ answer: { session, config } }: { answer: SessionAnswer }): ReactNode {
  const now = useNow(1000);
  const grows = goesOn(session.state) ? Math.max(0, now - session.lastMillis) : 0;
  const fingerprint = config?.fingerprint ?? session.configFingerprint;
  const isAlone = useContext(Alone);
  const { tokens } = session;
  return (
    <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1.5">
      <Figure label="Started" value={formatMoment(session.startMillis)} />
      <Figure label="Active" title={session.activeMillis === undefined ? 'Of no turn its end was told' : 'Sum of its turns'} value={formatDuration(toActiveNowMillis(session, now))} />
      <Figure label="Wall" title="From its first to its last moment" value={formatDuration(session.wallMillis + grows)} />
      <Figure label="Turns" value={formatCount(session.turns)} />
      <Figure label="Calls" title={`Tool calls, incl. ${formatCount(session.subagents)} subagents`} value={formatCount(session.toolCalls)} />
      <Figure label="Errors" value={formatCount(session.errors)} tone={session.errors > 0 ? 'text-error-text' : ''} />
      <Figure label="Denied" value={formatCount(session.denied)} tone={session.denied > 0 ? 'text-deny-text' : ''} />
      <Figure label="Tokens in" title={`Input; of it ${formatTokens(tokens.cacheRead)} from a cache, ${formatTokens(tokens.cacheCreation)} written to one`} value={formatTokens(tokens.input)} />
      <Figure label="Tokens out" value={formatTokens(tokens.output)} />
      <Figure label="Cost" title={session.cost.provenance ? `Source: ${session.cost.provenance.join(', ')}` : undefined} value={<CostText cost={session.cost} />} />
      {session.contextPercent !== undefined && <Figure label="Context" title="Highest fill of the context window" value={`${Math.round(session.contextPercent)} %`} tone={session.contextPercent >= 80 ? 'text-error-text' : ''} />}
      {!isAlone && <ConfigFigure fingerprint={fingerprint} />}
    </dl>
  );
}

function ConfigFigure({ fingerprint }: { fingerprint: string | undefined }): ReactNode {
  return (
    <Figure
      label="Config"
      title="Fingerprint of skills, instructions, MCP servers, hooks and model: sessions with the same were set up alike"
      value={
        fingerprint === undefined ? (
          ABSENT
        ) : (
          <Link to="/sessions" search={{ config: [fingerprint], since: 'all' }} className="font-mono hover:text-model-text hover:underline">
            {fingerprint.slice(0, 8)}
          </Link>
        )
      }
    />
  );
}

function Figure({ label, value, title, tone = '' }: { label: string; value: ReactNode; title?: string; tone?: string }): ReactNode {
  return (
    <div title={title}>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className={classNames('font-medium whitespace-nowrap', tone)}>{value}</dd>
    </div>
  );
}

/** The OTLP text of a session or a span. Throws ApiError. */
export async function askOtlp(path: string): Promise<string> {
  const answer = await ask<{ otlp: string }>(path);
  return answer.otlp;
}
