/** `?`: every key of the page that is shown, and of all pages. */
import { Dialog } from 'radix-ui';
import { useSyncExternalStore, useEffect, type ReactNode } from 'react';
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

export function KeySheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  const own = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => groups,
  );
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content aria-describedby={undefined} className="fixed top-[10vh] left-1/2 z-50 max-h-[80vh] w-[min(44rem,94vw)] -translate-x-1/2 overflow-y-auto rounded-xl border border-line bg-raised p-4 shadow-(--shadow)">
          <Dialog.Title className="mb-3 text-base font-semibold">Keys</Dialog.Title>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
