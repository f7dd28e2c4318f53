/** `spoor watch` on a terminal: draws, listens to keys, follows the store. */
import { readCollector } from '../../collector/lifecycle/pid-file.ts';
import type { Home } from '../../config/home.ts';
import { readServerFile } from '../../collector/lifecycle/server-file.ts';
import type { CliContext, TerminalScreen } from '../context.ts';
import { createPalette, toLine, type Piece } from '../terminal/palette.ts';
import { readNewestTurns, readWatched, type NewestTurns, type SessionKey, type Watched } from './read-watched.ts';
import { toScreen } from './to-screen.ts';
import { FIRST_VIEW, isSame, pressKey, toShown, toWatchKey, type WatchView } from './watch-view.ts';
import { followStore, type WatchedStore } from './watched-store.ts';

/** What waits and what runs is told in seconds. */
const TICK_MILLIS = 1000;
/** Enough to fill a screen, and little enough to be drawn ten times a second. */
const TURNS_BESIDE_LIST = 3;
const TURNS_OPEN = 40;
/** Who collects changes seldom. */
const COLLECTING_MILLIS = 2000;

export interface ScreenOptions {
  screen: TerminalScreen;
  context: CliContext;
  /** Opens with this session. */
  first?: SessionKey;
  signal: AbortSignal;
}

interface Seen {
  view: WatchView;
  watched: Watched;
  shown?: SessionKey;
  turns?: NewestTurns;
  /** Of which `turns` are: read again when another is to be shown, or more of it. */
  read?: { key: SessionKey; isOpen: boolean };
}

/** Resolves when the person leaves, or `signal` says so. Rejects when the store cannot be read. */
export function runScreen({ screen, context, first, signal }: ScreenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const palette = createPalette(context.stdout.color);
    const seen: Seen = { view: first ? { ...FIRST_VIEW, isOpen: true, chosen: first } : FIRST_VIEW, watched: { waiting: [], sessions: [] } };
    const collecting = createCollecting(context.home);
    let store: WatchedStore | undefined;
    const end = (error?: unknown): void => {
      clearInterval(tick);
      signal.removeEventListener('abort', leave);
      store?.close();
      if (error === undefined) resolve();
      else reject(error);
    };
    const leave = (): void => end();
    const draw = (): void => {
      const { view, watched, shown, turns } = seen;
      const problem = store?.problem();
      const scene = { ...watched, view, shown, turns, collecting: collecting(), nowMillis: context.nowMillis(), home: context.environment.home, shortIdOf: store?.shortIdOf() ?? String, ...(problem === undefined ? {} : { problem }) };
      screen.draw(toScreen(scene, screen.size()).map((line) => toLine(line, palette)));
    };
    const refresh = (sessions?: readonly SessionKey[]): void => {
      try {
        if (store) read(seen, store, { nowMillis: context.nowMillis(), changed: sessions });
        draw();
      } catch (error) {
        end(error);
      }
    };
    screen.onResize(draw);
    screen.onKey((pressed) => {
      const key = toWatchKey(pressed);
      if (key === 'quit') return end();
      // From the help any key leads back.
      if (!key && !seen.view.hasHelp) return;
      seen.view = pressKey(seen.view, key ?? 'help', { sessions: seen.watched.sessions, shown: seen.shown, page: Math.max(1, screen.size().rows - 6) });
      refresh([]);
    });
    const tick = setInterval(() => refresh([]), TICK_MILLIS);
    if (signal.aborted) return end();
    signal.addEventListener('abort', leave);
    try {
      store = followStore(context.home.database, refresh);
    } catch (error) {
      return end(error);
    }
    refresh();
  });
}

/** `changed`: the sessions that were written; undefined: any may have been. */
function read(seen: Seen, store: WatchedStore, { nowMillis, changed }: { nowMillis: number; changed: readonly SessionKey[] | undefined }): void {
  const reading = store.reading();
  if (!reading) return;
  seen.watched = readWatched(reading, nowMillis);
  seen.shown = toShown(seen.view, seen.watched);
  const { shown, view: { isOpen } } = seen;
  const isSameAsRead = seen.read !== undefined && isSame(seen.read.key, shown) && seen.read.isOpen === isOpen;
  if (isSameAsRead && changed && !changed.some((one) => isSame(one, shown))) return;
  seen.turns = shown && readNewestTurns(reading, shown, isOpen ? TURNS_OPEN : TURNS_BESIDE_LIST);
  seen.read = shown && { key: shown, isOpen };
}

/** Who takes in what the hooks tell, looked up now and then. */
function createCollecting(home: Home): () => Piece {
  let at = -Infinity;
  let known: Piece = { text: '', tone: 'dim' };
  return () => {
    if (performance.now() - at > COLLECTING_MILLIS) {
      at = performance.now();
      known = toCollecting(home);
    }
    return known;
  };
}

/** Who takes in what the hooks tell; where nobody does, what to start. */
export function toCollecting(home: Home): Piece {
  const server = readServerFile(home);
  if (server) return { text: `served at ${server.url}`, tone: 'dim' };
  if (readCollector(home)?.alive) return { text: 'a collector runs', tone: 'dim' };
  return { text: 'nobody collects now: spoor serve', tone: 'waiting' };
}
