/** Ctrl-K: go to a page, or search all sessions by what was said, run and printed in them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { SessionsAnswer } from '../../../src/query/api/sessions.ts';
import { ask } from '../api/client.ts';
import { Combobox, type Choice } from '../components/combobox.tsx';
import { SessionHit } from '../components/session-hit.tsx';
import { Layer } from './layer.tsx';
import { PAGES } from './pages.ts';

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
  return (
    <Combobox
      label="Search"
      listLabel="Results"
      placeholder="A word of a prompt, a command, a file, an output; or a page"
      text={text}
      onText={setText}
      choices={useChoices(text, onClose)}
      inputClassName="h-11 border-b border-line bg-transparent px-4 text-base outline-none"
      listClassName="min-h-0 flex-1 overflow-y-auto p-1.5"
      nothing={<p className="px-4 pb-6 text-center text-muted">Nothing has these words.</p>}
    />
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
    content: <SessionHit row={row} />,
    go: go(() => navigate({ to: '/sessions/$agent/$sessionId', params: { agent: row.agent, sessionId: row.sessionId }, search: row.snippetSpanId === undefined ? {} : { span: row.snippetSpanId } })),
  }));
  return [...pages, ...sessions];
}
