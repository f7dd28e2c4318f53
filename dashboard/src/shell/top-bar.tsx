/** Above every page: search, what is live, what is imported, the theme. On a phone also the way to the pages that the bar below has no room for. */
import { Link } from '@tanstack/react-router';
import { DropdownMenu } from 'radix-ui';
import { Menu, Moon, Search, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLive } from '../api/live.ts';
import { Button } from '../components/button.tsx';
import { formatCount, formatDuration } from '../models/format.ts';
import { PAGES } from './pages.ts';
import { useTheme } from './theme.ts';

export function TopBar({ onSearch }: { onSearch: () => void }): ReactNode {
  const { theme, toggle } = useTheme();
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-panel px-3">
      <MorePages />
      <button type="button" onClick={onSearch} className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-md border border-line bg-sunken px-2 text-muted hover:text-text sm:max-w-96">
        <Search aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">Search sessions, commands, output</span>
        <kbd className="ml-auto hidden rounded border border-line-strong px-1 text-xs sm:inline">Ctrl K</kbd>
      </button>
      <div className="ml-auto flex items-center gap-2">
        <ImportPill />
        <LivePill />
        <Button isIcon aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'} title={theme === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggle}>
          {theme === 'dark' ? <Sun aria-hidden className="size-4" /> : <Moon aria-hidden className="size-4" />}
        </Button>
      </div>
    </header>
  );
}

function MorePages(): ReactNode {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button isIcon aria-label="All pages" className="sm:hidden">
          <Menu aria-hidden className="size-4" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={6} className="z-30 min-w-44 rounded-lg border border-line bg-raised p-1 shadow-(--shadow)">
          {PAGES.map(({ path, label, icon: Icon }) => (
            <DropdownMenu.Item key={path} asChild>
              <Link to={path} className="flex h-9 items-center gap-2 rounded px-2 data-highlighted:bg-sunken">
                <Icon aria-hidden className="size-4 text-muted" />
                {label}
              </Link>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function LivePill(): ReactNode {
  const { state } = useLive();
  const look = { connecting: ['connecting', 'bg-ok'], live: ['live', 'bg-[#2da160]'], lost: ['not connected', 'bg-error'] } as const;
  const [label, dot] = look[state];
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-muted" title={state === 'lost' ? 'spoor does not answer; it is tried again. Start it with: spoor serve' : 'New events come by themselves'}>
      <span aria-hidden className={`size-2 rounded-full ${dot}`} />
      <span className={state === 'lost' ? '' : 'hidden md:inline'}>{label}</span>
    </span>
  );
}

function ImportPill(): ReactNode {
  const { importing } = useLive();
  if (!importing) return null;
  return (
    <span role="status" className="inline-flex h-6 items-center gap-2 rounded-full bg-accent-soft px-2 text-xs whitespace-nowrap text-model-text">
      {importing.isText ? (
        'reading texts'
      ) : (
        <>
          <span className="hidden md:inline">importing</span> {formatCount(importing.done)}/{formatCount(importing.total)}
        </>
      )}
      {importing.bytesPerSecond !== undefined && <span className="hidden md:inline">{(importing.bytesPerSecond / 1e6).toFixed(1)} MB/s</span>}
      {importing.leftMillis !== undefined && <span className="hidden md:inline">{formatDuration(importing.leftMillis)} left</span>}
    </span>
  );
}
