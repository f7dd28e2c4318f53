/** Ctrl-K: go to a page, or search all sessions by what was said, run and printed in them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { SessionRow, SessionsAnswer } from '../../../src/query/api/sessions.ts';
import { ask } from '../api/client.ts';
import { Snippet } from '../components/snippet.tsx';
import { StateDot } from '../components/state-dot.tsx';
import { useNow } from '../components/use-now.ts';
import { formatAge } from '../models/format.ts';
import { Layer } from './layer.tsx';
import { PAGES } from './pages.ts';

interface Choice {
  key: string;
  content: ReactNode;
  go(): void;
}

const MOST_HITS = 12;

export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  return (
    <Layer label="Search and go anywhere" onClose={onClose} className="top-[8vh] max-h-[80vh] w-[min(46rem,94vw)] overflow-hidden open:flex open:flex-col">
      <PaletteBody onClose={onClose} />
    </Layer>
  );
}

function PaletteBody({ onClose }: { onClose: () => void }): ReactNode {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const list = useId();
  const choices = useChoices(text, onClose);
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((active + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === 'Enter') choices[active]?.go();
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
        aria-activedescendant={choices[active] && `${list}-${active}`}
        aria-label="Search"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={press}
        placeholder="A word of a prompt, a command, a file, an output; or a page"
        className="h-11 border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-faint"
      />
      <ul id={list} role="listbox" aria-label="Results" className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {choices.map((choice, index) => (
          <li key={choice.key} id={`${list}-${index}`} role="option" aria-selected={index === active} onMouseMove={() => setActive(index)} onClick={choice.go} className="cursor-pointer rounded-md px-2.5 py-1.5 aria-selected:bg-accent-soft">
            {choice.content}
          </li>
        ))}
        {choices.length === 0 && <li className="px-2.5 py-4 text-center text-muted">Nothing has these words.</li>}
      </ul>
    </>
  );
}

function useChoices(text: string, onClose: () => void): Choice[] {
  const navigate = useNavigate();
  const words = text.trim();
  const hits = useQuery({
    queryKey: ['palette', words],
    queryFn: ({ signal }) => ask<SessionsAnswer>('/sessions', { text: words, limit: MOST_HITS }, signal),
    enabled: words.length > 1,
    placeholderData: keepPreviousData,
  });
  const go = (move: () => unknown) => () => {
    onClose();
    void move();
  };
  const pages = PAGES.filter(({ label }) => label.toLowerCase().includes(words.toLowerCase())).map(({ path, label, icon: Icon, key }): Choice => ({
    key: path,
    content: (
      <span className="flex items-center gap-2">
        <Icon aria-hidden className="size-4 text-muted" /> {label} <kbd className="ml-auto text-xs text-muted">g {key}</kbd>
      </span>
    ),
    go: go(() => navigate({ to: path })),
  }));
  const sessions = (words.length > 1 ? (hits.data?.items ?? []) : []).map((row): Choice => ({
    key: `${row.agent}/${row.sessionId}/${row.snippetSpanId ?? ''}`,
    content: <Hit row={row} />,
    go: go(() => navigate({ to: '/sessions/$agent/$sessionId', params: { agent: row.agent, sessionId: row.sessionId }, search: row.snippetSpanId === undefined ? {} : { span: row.snippetSpanId } })),
  }));
  return [...pages, ...sessions];
}

function Hit({ row }: { row: SessionRow }): ReactNode {
  const now = useNow();
  return (
    <span className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <StateDot state={row.state} />
        <span className="truncate">{row.title ?? row.sessionId}</span>
        <span className="ml-auto shrink-0 text-xs text-muted">
          {row.agent} · {formatAge(row.lastMillis, now)}
        </span>
      </span>
      {row.snippet !== undefined && <Snippet text={row.snippet} className="truncate pl-4 text-xs text-muted" />}
    </span>
  );
}
