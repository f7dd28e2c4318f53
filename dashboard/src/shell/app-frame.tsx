/** What stands around every page. */
import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { useLastQueryTime } from '../api/query-times.ts';
import { Loading } from '../components/notice.tsx';
import { formatDuration } from '../models/format.ts';
import { BottomBar, Navigation } from './navigation.tsx';
import { PAGES } from './pages.ts';
import { Palette } from './palette.tsx';
import { TopBar } from './top-bar.tsx';
import { useKeys, type KeyMap } from './use-keys.ts';

/** Loaded when it is wanted. The palette is here from the beginning: who types on after Ctrl-K types into it, from the first key. */
const KeySheet = lazy(async () => ({ default: (await import('./key-sheet.tsx')).KeySheet }));

export function AppFrame(): ReactNode {
  const [layer, setLayer] = useState<'none' | 'palette' | 'keys'>('none');
  const navigate = useNavigate();
  const router = useRouter();
  const keys = useMemo(
    (): KeyMap => ({
      'Ctrl+K': () => setLayer('palette'),
      '?': () => setLayer('keys'),
      '/': () => {
        const filter = document.querySelector<HTMLInputElement>('[data-page-filter]');
        if (filter) filter.focus();
        else setLayer('palette');
      },
      ...Object.fromEntries(PAGES.map(({ key, path }) => [`g ${key}`, () => void navigate({ to: path })])),
      Escape: () => (router.history.canGoBack() && document.querySelector('[data-layer]') === null ? router.history.back() : false),
    }),
    [navigate, router],
  );
  useKeys(keys, layer === 'none');
  const close = (): void => setLayer('none');
  return (
    <div className="flex h-full">
      <a href="#page" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        To the page
      </a>
      <Navigation />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onSearch={() => setLayer('palette')} />
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto p-3 outline-none sm:p-4">
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
        <Footer />
        <BottomBar />
      </div>
      {layer === 'palette' && <Palette onClose={close} />}
      <Suspense>{layer === 'keys' && <KeySheet onClose={close} />}</Suspense>
    </div>
  );
}

function Footer(): ReactNode {
  const last = useLastQueryTime();
  return (
    <footer className="hidden h-6 shrink-0 items-center gap-3 border-t border-line bg-panel px-3 text-xs text-muted sm:flex">
      <span>Everything stays on this machine.</span>
      <span className="ml-auto">{last && `${last.path.slice(1)} in ${formatDuration(last.millis)}`}</span>
      <span>
        <kbd>?</kbd> keys
      </span>
    </footer>
  );
}
