/** Settings: what holds, and where each value comes from. They are changed in config.yaml and by commands. */
import type { ReactNode } from 'react';
import type { SettingsAnswer } from '../../../../src/query/api/settings.ts';
import { useFigures } from '../../api/use-figures.ts';
import { Chip } from '../../components/chip.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Answer, EmptyState } from '../../components/notice.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Panel } from '../../components/panel.tsx';

type Setting = SettingsAnswer['settings'][number];
type Destination = SettingsAnswer['destinations'][number];
type Agent = SettingsAnswer['agents'][number];

const SETTINGS: readonly Column<Setting>[] = [
  { id: 'name', header: 'Setting', value: ({ name }) => name, cell: ({ name }) => <code className="font-mono text-xs">{name}</code> },
  { id: 'value', header: 'Value', value: ({ value }) => value, cell: ({ value }) => <span className="block max-w-[36rem] truncate max-sm:max-w-32 max-sm:break-words max-sm:whitespace-normal" title={value}>{value ?? '–'}</span> },
  { id: 'source', header: 'From', value: ({ source }) => source, cell: ({ source, from }) => <span title={from}><Chip tone={source === 'default' ? 'plain' : 'accent'}>{source}</Chip> <span className="text-xs text-muted max-sm:block max-sm:max-w-24 max-sm:break-all">{from}</span></span> },
];

const DESTINATIONS: readonly Column<Destination>[] = [
  { id: 'name', header: 'Destination', value: ({ name }) => name, cell: ({ name, endpoint }) => <span className="flex flex-col max-sm:max-w-40"><span className="font-medium">{name}</span><span className="font-mono text-xs break-all text-muted">{endpoint}</span></span> },
  { id: 'type', header: 'Type', value: ({ type }) => type, cell: ({ type, preset }) => preset ?? type },
  { id: 'dialect', header: 'Dialect', value: ({ dialect }) => dialect, cell: ({ dialect }) => dialect, className: 'max-sm:hidden' },
  { id: 'content', header: 'Content', title: 'How much of prompts, answers and tool output leaves', value: ({ content }) => content, cell: ({ content }) => content, className: 'max-sm:hidden' },
  { id: 'trace', header: 'A trace is', value: ({ trace }) => trace, cell: ({ trace }) => `a ${trace}`, className: 'max-sm:hidden' },
  { id: 'secrets', header: 'Secrets', value: ({ missingSecrets }) => missingSecrets.length, cell: ({ headers, missingSecrets }) => missingSecrets.length > 0 ? <span className="text-error-text">missing: {missingSecrets.join(', ')}</span> : <span className="text-muted">{headers.join(', ') || 'none'}</span> },
];

const AGENTS: readonly Column<Agent>[] = [
  { id: 'title', header: 'Agent', value: ({ title }) => title, cell: ({ title }) => <span className="font-medium">{title}</span> },
  { id: 'present', header: 'On this machine', value: ({ present }) => Number(present), cell: ({ present }) => (present ? 'yes' : 'no'), className: 'max-sm:hidden' },
  { id: 'hooks', header: 'Hooks in', value: ({ installedIn }) => installedIn.length, cell: ({ agent, installedIn }) => installedIn.length > 0 ? <span className="font-mono text-xs break-all">{installedIn.join(', ')}</span> : <code className="text-xs text-muted">spoor install {agent}</code> },
];

export function SettingsPage(): ReactNode {
  const answer = useFigures<SettingsAnswer>('/settings');
  return (
    <>
      <PageHead title="Settings" note="what holds, and where it comes from; change it in config.yaml or with spoor's commands" />
      <Answer query={answer}>
        {(data) => (
          <div className="flex flex-col gap-3">
            {data.problems.length > 0 && (
              <Panel title={<Chip tone="error">wrong in the configuration</Chip>}>
                <ul className="flex list-disc flex-col gap-1 pl-4">
                  {data.problems.map(({ code, detail }) => (
                    <li key={`${code} ${detail}`}>{detail}</li>
                  ))}
                </ul>
              </Panel>
            )}
            <Panel title="Values" isFlush>
              <DataTable label="Settings" rows={data.settings} columns={SETTINGS} rowKey={({ name }) => name} empty={<EmptyState title="Nothing is set: the defaults hold." />} />
            </Panel>
            <Panel title="Destinations" isFlush>
              <DataTable label="Destinations" rows={data.destinations} columns={DESTINATIONS} rowKey={({ name }) => name} empty={<EmptyState title="Spans stay on this machine.">spoor destination add</EmptyState>} />
            </Panel>
            <Panel title="Agents" isFlush>
              <DataTable label="Agents" rows={data.agents} columns={AGENTS} rowKey={({ agent }) => agent} />
            </Panel>
            <Panel title="Files" note={`spoor ${data.version} · Node.js ${data.node} · ${data.platform}`}>
              <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
                {data.paths.map(({ name, path }) => (
                  <div key={name} className="contents">
                    <dt className="text-muted">{name}</dt>
                    <dd className="truncate font-mono text-xs" title={path}>
                      {path}
                    </dd>
                  </div>
                ))}
              </dl>
              <p className="mt-3 text-muted">
                Apache-2.0. What these pages are built from:{' '}
                <a href="/licenses.txt" target="_blank" rel="noreferrer" className="text-model-text underline">
                  licences of the libraries
                </a>
              </p>
            </Panel>
          </div>
        )}
      </Answer>
    </>
  );
}
