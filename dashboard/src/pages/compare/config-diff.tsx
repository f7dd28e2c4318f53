/** What the agents were set up with in A and not in B, and what changed between. */
import type { ReactNode } from 'react';
import type { CompareAnswer } from '../../../../src/query/api/compare.ts';
import { Panel } from '../../components/panel.tsx';

const SHORT_HASH = 8;

export function ConfigDiff({ config: { onlyA, onlyB, changed } }: { config: CompareAnswer['config'] }): ReactNode {
  if (onlyA.length + onlyB.length + changed.length === 0) {
    return (
      <Panel title="Configuration">
        <p className="text-muted">No difference in skills, instruction files, MCP servers, hooks or models is known between the two. What an imported session was set up with, nobody wrote down.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Configuration" note="skills, instruction files, MCP servers, hooks, models" isFlush>
      <ul className="divide-y divide-line">
        {changed.map(({ kind, name, a, b }) => (
          <Row key={`c ${kind} ${name}`} mark="~" tone="text-wait-text" kind={kind} name={name} note={`${a.slice(0, SHORT_HASH)} → ${b.slice(0, SHORT_HASH)}`} />
        ))}
        {onlyA.map(({ kind, name }) => (
          <Row key={`a ${kind} ${name}`} mark="−" tone="text-error-text" kind={kind} name={name} note="only in A" />
        ))}
        {onlyB.map(({ kind, name }) => (
          <Row key={`b ${kind} ${name}`} mark="+" tone="text-good-text" kind={kind} name={name} note="only in B" />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ mark, tone, kind, name, note }: { mark: string; tone: string; kind: string; name: string; note: string }): ReactNode {
  return (
    <li className="flex items-center gap-3 px-3 py-1">
      <span aria-hidden className={`w-3 font-mono font-bold ${tone}`}>
        {mark}
      </span>
      <span className="w-24 shrink-0 text-muted">{kind}</span>
      <span className="truncate font-medium">{name}</span>
      <span className="ml-auto font-mono text-xs whitespace-nowrap text-muted">{note}</span>
    </li>
  );
}
