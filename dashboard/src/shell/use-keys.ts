/** Keys of the keyboard, where nobody types. */
import { useEffect } from 'react';

/** Key → what it does. `Ctrl+K` for a chord, `g s` for one after the other; single keys as `event.key` has them. What gives false left the key to others. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

const SEQUENCE_MILLIS = 900;

/** While the component is there. A key that is typed into a field is left alone, but for chords. */
export function useKeys(keys: KeyMap, isActive = true): void {
  useEffect(() => {
    if (!isActive) return undefined;
    let first: { key: string; atMillis: number } | undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const hasChord = event.ctrlKey || event.metaKey;
      if (!hasChord && isTyping(event.target)) return;
      const name = hasChord ? `Ctrl+${event.key.toUpperCase()}` : event.key;
      const sequence = first && performance.now() - first.atMillis < SEQUENCE_MILLIS ? `${first.key} ${name}` : undefined;
      first = { key: name, atMillis: performance.now() };
      const action = (sequence === undefined ? undefined : keys[sequence]) ?? keys[name];
      if (!action) return;
      if (action(event) !== false) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [keys, isActive]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
