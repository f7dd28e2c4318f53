/** Finds a session by words that were said, run or printed in it, and chooses it. Without words: the newest. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { SessionsAnswer } from '../../../../src/query/api/sessions.ts';
import { ask } from '../../api/client.ts';
import { keyOfSession } from '../../api/session-list.ts';
import { Combobox } from '../../components/combobox.tsx';
import { SessionHit } from '../../components/session-hit.tsx';

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
  const words = text.trim();
  const { data, error } = useQuery({
    queryKey: ['picker', words],
    queryFn: ({ signal }) => ask<SessionsAnswer>('/sessions', { ...(words === '' ? {} : { text: words }), limit: MOST_ROWS + 1 }, signal),
    placeholderData: keepPreviousData,
  });
  const rows = (data?.items ?? []).filter((row) => keyOfSession(row) !== without).slice(0, MOST_ROWS);
  const none = words === '' ? 'There is no other session.' : 'No other session has these words.';
  return (
    <Combobox
      label={label}
      listLabel="Sessions"
      placeholder="Words of prompts, commands, files, output"
      text={text}
      onText={setText}
      choices={rows.map((row) => ({ key: keyOfSession(row), content: <SessionHit row={row} />, go: () => onChoose(keyOfSession(row)) }))}
      inputClassName="h-8 w-full rounded-md border border-line bg-bg px-2"
      listClassName="mt-1.5 flex flex-col"
      nothing={data ? <p className="px-2 py-3 text-center text-muted">{none}</p> : error && <p className="px-2 py-3 text-center text-error-text">{error.message}</p>}
    />
  );
}
