/** Full text over all sessions. What is typed goes to the URL a moment after the last key. */
import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

/** Between two keys of somebody who types. */
const PAUSE_MILLIS = 200;

export interface SearchBoxProps {
  value: string;
  onChange(value: string): void;
  /** Into the list. */
  onLeave(): void;
}

export function SearchBox({ value, onChange, onLeave }: SearchBoxProps): ReactNode {
  const [text, setText] = useState(value);
  const told = useRef(value);
  // The URL changed by itself: back, forward, a link.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, PAUSE_MILLIS);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && text !== '') setText('');
    else if (['Escape', 'Enter', 'ArrowDown'].includes(event.key)) onLeave();
    else return;
    event.preventDefault();
  };
  return (
    <div className="flex h-8 min-w-0 flex-1 basis-60 items-center gap-2 rounded-md border border-line bg-panel pl-2 focus-within:border-accent sm:max-w-xl">
      <Search aria-hidden className="size-3.5 shrink-0 text-muted" />
      <input
        data-page-filter
        type="search"
        aria-label="Search in sessions"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
        placeholder="Words of prompts, answers, commands, files, output"
        className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint [&::-webkit-search-cancel-button]:hidden"
      />
      {text === '' ? (
        <kbd className="mr-2 hidden rounded border border-line-strong px-1 text-xs text-muted sm:inline">/</kbd>
      ) : (
        <button type="button" aria-label="Without words" onClick={() => setText('')} className="flex size-7 items-center justify-center text-muted hover:text-text">
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}
