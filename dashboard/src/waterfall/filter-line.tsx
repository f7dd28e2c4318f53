/** The filter line: what is typed, what may come next, how much it found. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { formatDuration, plural } from '../models/format.ts';
import { parseFilter, type NameField } from '../models/waterfall/filter-language.ts';
import type { Matches } from '../models/waterfall/filter-match.ts';
import { suggest, type Suggestion } from '../models/waterfall/filter-suggest.ts';

export interface FilterLineProps {
  value: string;
  onChange: (value: string) => void;
  names: ReadonlyMap<NameField, ReadonlyMap<string, number>>;
  matches: Matches | undefined;
  onStep: (step: 1 | -1) => void;
  /** Esc and Enter go back to the rows. */
  onLeave: () => void;
  inputRef: RefObject<HTMLInputElement | null>;
}

export function FilterLine({ value, onChange, names, matches, onStep, onLeave, inputRef }: FilterLineProps): ReactNode {
  const id = useId();
  const [caret, setCaret] = useState<number>();
  const [chosen, setChosen] = useState(-1);
  // What is still being typed is no mistake yet.
  const problems = useMemo(() => parseFilter(value).problems.filter(({ from, to }) => caret === undefined || caret <= from || caret > to), [value, caret]);
  const suggestions = useMemo(() => (caret === undefined ? [] : suggest(value, caret, names)), [value, caret, names]);
  const take = (suggestion: Suggestion): void => {
    const isWhole = !/[:<>]$/.test(suggestion.insert);
    const next = `${value.slice(0, suggestion.from)}${suggestion.insert}${isWhole ? ' ' : ''}${value.slice(suggestion.to).trimStart()}`;
    onChange(next);
    setCaret(suggestion.from + suggestion.insert.length + (isWhole ? 1 : 0));
    setChosen(-1);
    inputRef.current?.focus();
  };
  const press = (event: KeyboardEvent): void => {
    const picked = suggestions[chosen];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (suggestions.length === 0) return;
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : suggestions.length)) % suggestions.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && picked) take(picked);
    else if (event.key === 'Enter') {
      onStep(event.shiftKey ? -1 : 1);
      onLeave();
    } else if (event.key === 'Escape') {
      if (suggestions.length > 0) setCaret(undefined);
      else onLeave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isListed = suggestions.length > 0;
  return (
    <div className="wf-filter">
      <input
        ref={inputRef} type="text" spellCheck={false} autoComplete="off" value={value} placeholder="Filter: tool:Bash >5s error wait>10s -deny …"
        role="combobox" aria-label="Filter spans" aria-expanded={isListed} aria-controls={`${id}-list`} aria-autocomplete="list" aria-invalid={problems.length > 0}
        aria-describedby={`${id}-found`} aria-activedescendant={isListed && chosen >= 0 ? `${id}-${chosen}` : undefined}
        onChange={(event) => {
          onChange(event.target.value);
          setCaret(event.target.selectionStart ?? event.target.value.length);
          setChosen(-1);
        }}
        onFocus={(event) => setCaret(event.target.selectionStart ?? value.length)} onClick={(event) => setCaret(event.currentTarget.selectionStart ?? value.length)}
        onBlur={() => setCaret(undefined)} onKeyDown={press}
      />
      <span id={`${id}-found`} className="wf-found" role="status">
        {problems.length > 0 ? <span className="wf-problem">{problems[0]?.message}</span> : matches && `${plural(matches.count, 'match', 'matches')} · ${formatDuration(matches.totalMillis)}`}
      </span>
      {matches && (
        <span className="wf-steps">
          <button type="button" aria-label="Previous match (N)" disabled={matches.count === 0} onClick={() => onStep(-1)}>‹</button>
          <button type="button" aria-label="Next match (n)" disabled={matches.count === 0} onClick={() => onStep(1)}>›</button>
        </span>
      )}
      {isListed ? <SuggestionList id={id} suggestions={suggestions} chosen={chosen} onTake={take} /> : <div id={`${id}-list`} hidden />}
    </div>
  );
}

function SuggestionList({ id, suggestions, chosen, onTake }: { id: string; suggestions: readonly Suggestion[]; chosen: number; onTake: (suggestion: Suggestion) => void }): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers give a promise, which is no way to undo it.
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div ref={list} id={`${id}-list`} role="listbox" aria-label="Suggestions" className="wf-suggestions">
      {suggestions.map((suggestion, at) => (
        <div
          key={suggestion.insert} id={`${id}-${at}`} role="option" aria-selected={at === chosen} tabIndex={-1}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(suggestion);
          }}
        >
          <code>{suggestion.insert}</code> <span>{suggestion.note}</span>
        </div>
      ))}
    </div>
  );
}
