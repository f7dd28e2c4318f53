/** Light or dark: as the system has it, until a person chooses. */
import { useSyncExternalStore } from 'react';
import { keep, readKept } from './kept.ts';

export type Theme = 'light' | 'dark';

const KEY = 'spoor.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const watchers = new Set<() => void>();

function read(): Theme {
  const chosen = readKept(KEY);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return system.matches ? 'dark' : 'light';
}

function apply(): void {
  document.documentElement.dataset.theme = read();
  for (const watcher of watchers) watcher();
}

/** To be called once, before anything is drawn. */
export function startTheme(): void {
  system.addEventListener('change', apply);
  apply();
}

/** `toggle` keeps the choice for this browser. */
export function useTheme(): { theme: Theme; toggle(): void } {
  const theme = useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, read);
  return {
    theme,
    toggle: () => {
      keep(KEY, theme === 'dark' ? 'light' : 'dark');
      apply();
    },
  };
}
