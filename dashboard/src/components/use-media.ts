/** Whether a media query holds: for what CSS alone cannot decide, such as the height of a virtual row. */
import { useCallback, useSyncExternalStore } from 'react';

/** Tailwind's `sm`: below it rows have two lines. */
export const PHONE = '(width < 40rem)';

export function useMedia(query: string): boolean {
  const watch = useCallback(
    (watcher: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', watcher);
      return () => list.removeEventListener('change', watcher);
    },
    [query],
  );
  return useSyncExternalStore(watch, () => matchMedia(query).matches);
}
