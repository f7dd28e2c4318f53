/** The keys of the list: where nobody types they hold on the whole page. */
import { useMemo, type KeyboardEvent } from 'react';
import type { SessionRow } from '../../../../src/query/api/sessions.ts';
import { useKeys, type KeyMap } from '../../shell/use-keys.ts';
import type { KeyGroup } from '../../shell/key-sheet.tsx';

export const LIST_KEYS: KeyGroup = {
  title: 'Sessions',
  keys: [
    { keys: 'j k', does: 'next, previous session' },
    { keys: 'Home End', does: 'first, last session' },
    { keys: 'PgDn PgUp', does: 'a screen on, back' },
    { keys: 'Enter', does: 'open it' },
    { keys: 'x', does: 'choose it' },
    { keys: 'c', does: 'compare two that are chosen, else what the filter leaves' },
    { keys: '/', does: 'search' },
  ],
};

export interface ListKeysOptions {
  /** Moves by so many rows. */
  move(rows: number): void;
  pageRows(): number;
  toStart(): void;
  toEnd(): void;
  activeRow(): SessionRow | undefined;
  open(row: SessionRow): void;
  select(row: SessionRow): void;
  compare(): void;
  /** False: nothing was chosen, so the key means something else. */
  clear(): boolean;
}

/** → the listener for the grid itself: what a page does with these keys elsewhere, it must not do there. */
export function useListKeys(options: ListKeysOptions): (event: KeyboardEvent) => void {
  const everywhere = useMemo((): KeyMap => {
    const withRow = (act: (row: SessionRow) => void) => () => {
      const row = options.activeRow();
      if (row) act(row);
    };
    return { j: () => options.move(1), k: () => options.move(-1), x: withRow(options.select), c: options.compare, Home: options.toStart, End: options.toEnd };
  }, [options]);
  useKeys(everywhere);
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !isOnRow(event.target)) return;
    const row = options.activeRow();
    const action: Readonly<Record<string, () => unknown>> = {
      ArrowDown: () => options.move(1),
      ArrowUp: () => options.move(-1),
      PageDown: () => options.move(options.pageRows()),
      PageUp: () => options.move(-options.pageRows()),
      Enter: () => row && options.open(row),
      ' ': () => row && options.select(row),
    };
    if (event.key === 'Escape' ? !options.clear() : !action[event.key]) return;
    event.preventDefault();
    action[event.key]?.();
  };
}

/** In a head of a column Enter and Space press its button. */
function isOnRow(target: EventTarget): boolean {
  return target instanceof Element && target.closest('[data-index]') !== null;
}
