/** Finds a session by words that were said, run or printed in it, and chooses it. Without words: the newest. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { SessionRow, SessionsAnswer } from '../../../../src/query/api/sessions.ts';
import { ask } from '../../api/client.ts';
import { keyOfSession } from '../../api/session-list.ts';
import { toTitle } from '../../components/session-link.tsx';
import { Snippet } from '../../components/snippet.tsx';
import { StateDot } from '../../components/state-dot.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, plural } from '../../models/format.ts';

const MOST_ROWS = 8;

export interface SessionPickerProps {
  /** What is chosen for. */
  label: string;
  /** `agent/id` that is not offered. */
  without: string;
  /** `agent/id`. */
  onChoose(key: string): void;
}

export function SessionPicker({ label, without, onChoose }: SessionPickerProps): ReactNode {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const list = useId();
  const words = text.trim();
  const { data, error } = useQuery({
    queryKey: ['picker', words],
    queryFn: ({ signal }) => ask<SessionsAnswer>('/sessions', { ...(words === '' ? {} : { text: words }), limit: MOST_ROWS + 1 }, signal),
    placeholderData: keepPreviousData,
  });
  const rows = (data?.items ?? []).filter((row) => keyOfSession(row) !== without).slice(0, MOST_ROWS);
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = rows[active];
    if (step !== undefined) setActive((active + step + rows.length) % Math.max(1, rows.length));
    else if (event.key === 'Enter' && row) onChoose(keyOfSession(row));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={rows[active] && `${list}-${active}`}
        aria-label={label}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={press}
        placeholder="Words of prompts, commands, files, output"
        className="h-8 w-full rounded-md border border-line bg-bg px-2 placeholder:text-faint"
      />
      <ul id={list} role="listbox" aria-label="Sessions" className="mt-1.5 flex flex-col">
        {rows.map((row, index) => (
          <li key={keyOfSession(row)} id={`${list}-${index}`} role="option" aria-selected={index === active} onMouseMove={() => setActive(index)} onClick={() => onChoose(keyOfSession(row))} className="cursor-pointer rounded-md px-2 py-1.5 aria-selected:bg-accent-soft">
            <Found row={row} />
          </li>
        ))}
      </ul>
      {data && rows.length === 0 && <p className="px-2 py-3 text-center text-muted">{words === '' ? 'There is no other session.' : 'No other session has these words.'}</p>}
      {error && !data && <p className="px-2 py-3 text-center text-error-text">{error.message}</p>}
    </>
  );
}

function Found({ row }: { row: SessionRow }): ReactNode {
  const now = useNow();
  return (
    <span className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <StateDot state={row.state} />
        <span className="truncate">{toTitle(row)}</span>
        <span className="ml-auto shrink-0 text-xs text-muted">
          {row.agent} · {plural(row.toolCalls, 'call')} · {formatAge(row.lastMillis, now)}
        </span>
      </span>
      {row.snippet !== undefined && <Snippet text={row.snippet} className="truncate pl-4 text-xs text-muted" />}
    </span>
  );
}
