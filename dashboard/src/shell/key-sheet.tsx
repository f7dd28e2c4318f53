/** `?`: every key of the page that is shown, and of all pages. */
import { useSyncExternalStore, useEffect, type ReactNode } from 'react';
import { Layer } from './layer.tsx';
import { PAGES } from './pages.ts';

export interface KeyGroup {
  title: string;
  keys: readonly { keys: string; does: string }[];
}

const ALWAYS: KeyGroup = {
  title: 'Everywhere',
  keys: [
    { keys: 'Ctrl K', does: 'search and go anywhere' },
    { keys: '/', does: 'filter or search on this page, else everywhere' },
    { keys: 'Esc', does: 'back one layer' },
    { keys: '?', does: 'this sheet' },
    ...PAGES.map(({ key, label }) => ({ keys: `g ${key}`, does: label })),
  ],
};

let groups: readonly KeyGroup[] = [];
const watchers = new Set<() => void>();

function setGroups(next: readonly KeyGroup[]): void {
  groups = next;
  for (const watcher of watchers) watcher();
}

/** A page says its keys while it is shown. `group` must be the same object from one drawing to the next. */
export function useKeyHelp(group: KeyGroup): void {
  useEffect(() => {
    setGroups([...groups, group]);
    return () => setGroups(groups.filter((one) => one !== group));
  }, [group]);
}

export function KeySheet({ onClose }: { onClose: () => void }): ReactNode {
  const own = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => groups,
  );
  return (
    <Layer label="Keys" onClose={onClose} className="top-[10vh] max-h-[80vh] w-[min(44rem,94vw)] overflow-y-auto">
      {/* A click on the padding is none beside it. */}
      <div className="p-4">
        <h2 className="mb-3 text-base font-semibold">Keys</h2>
        <div className="grid gap-6 sm:grid-cols-2">
          {[...own, ALWAYS].map((group) => (
            <section key={group.title}>
              <h3 className="mb-1 text-xs font-semibold text-muted">{group.title}</h3>
              <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
                {group.keys.map(({ keys, does }) => (
                  <div key={keys} className="contents">
                    <dt>
                      <kbd className="rounded border border-line-strong bg-sunken px-1.5 text-xs">{keys}</kbd>
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Layer>
  );
}
