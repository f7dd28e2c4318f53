/** How the agent was set up in this session, and what is another than in the one before. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { Chip, type ChipTone } from '../../components/chip.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { plural } from '../../models/format.ts';
import { toConfigLines, type ConfigLine } from '../../models/session/config-changes.ts';

const TONES: Readonly<Record<ConfigLine['change'], ChipTone>> = { same: 'plain', added: 'good', removed: 'error', changed: 'wait' };

export function ConfigTab({ config }: Pick<SessionAnswer, 'config'>): ReactNode {
  if (!config) return <EmptyState title="Its configuration was not seen.">It is taken when a hook of the session runs; past sessions that were imported have none.</EmptyState>;
  const lines = toConfigLines(config.parts, config.previous?.parts);
  const changed = lines.filter(({ change }) => change !== 'same').length;
  return (
    <Panel
      title={
        <>
          Fingerprint <span className="font-mono">{config.fingerprint.slice(0, 12)}</span>
        </>
      }
      note={config.previous ? `${changed === 0 ? 'as' : `${plural(changed, 'difference')} to`} the session before (${config.previous.fingerprint.slice(0, 8)})` : 'no session before it to compare with'}
      isFlush
      actions={
        config.previous && (
          <Link to="/compare" search={{ a: `config=${config.previous.fingerprint}&since=all`, b: `config=${config.fingerprint}&since=all` }} className="text-xs text-model-text hover:underline">
            compare sessions before and after
          </Link>
        )
      }
    >
      <table className="w-full">
        <thead className="text-left text-xs text-muted">
          <tr>
            {['Kind', 'Name', 'Hash', 'Against before'].map((header) => (
              <th key={header} scope="col" className="px-3 py-1 font-medium">{header}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ kind, name, hash, change }) => (
            <tr key={`${kind} ${name}`} className="border-t border-line">
              <td className="px-3 py-1 text-muted">{kind}</td>
              <th scope="row" className="px-3 py-1 text-left font-medium break-all">{name}</th>
              <td className="px-3 py-1 font-mono text-xs text-muted">{hash.slice(0, 12)}</td>
              <td className="px-3 py-1">{change === 'same' ? <span className="text-faint">same</span> : <Chip tone={TONES[change]}>{change}</Chip>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
