/** Nothing was traced yet: which source is missing, and what to type. */
import type { ReactNode } from 'react';
import type { HealthSummary } from '../../../../src/query/api/overview.ts';
import { Command } from '../../components/command.tsx';
import { Panel } from '../../components/panel.tsx';
import { toFirstSteps } from '../../models/first-steps.ts';
import { HealthPanel } from './health-panel.tsx';

export function FirstSteps({ health }: { health: HealthSummary }): ReactNode {
  const installed = health.agents.filter((agent) => agent.installed);
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <Panel>
        <div className="flex flex-col gap-4 px-2 py-6 sm:px-6">
          <div>
            <h2 className="text-lg font-semibold">{installed.length === 0 ? 'No agent is traced yet' : 'No session was seen yet'}</h2>
            <p className="mt-1 text-muted">
              {installed.length === 0 ? 'spoor shows what coding agents do. None is set up yet to tell it anything.' : `${installed.map(({ title }) => title).join(', ')} ${installed.length === 1 ? 'is' : 'are'} traced: the next prompt appears here by itself.`}
            </p>
          </div>
          <ol className="flex flex-col gap-3">
            {toFirstSteps(health).map(({ command, brings }) => (
              <li key={command} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Command text={command} />
                <span className="text-muted">{brings}</span>
              </li>
            ))}
          </ol>
        </div>
      </Panel>
      <HealthPanel health={health} />
    </div>
  );
}
