/** `spoor watch` where there is no terminal: a line for each event, until nobody reads any more. */
import { nanoToMillis, millisToNano } from '../../core/time.ts';
import type { CliContext } from '../context.ts';
import type { ToShortId } from '../short-ids.ts';
import { toJsonLine } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { createPalette, toLine, type Piece } from '../terminal/palette.ts';
import { toClockText, toDurationText } from '../terminal/time-text.ts';
import { isSame } from './watch-view.ts';
import { readNewestTurns, readWatched, type SessionKey } from './read-watched.ts';
import { createWatchEvents, type WatchEvent } from './watch-events.ts';
import { followStore, type WatchedStore } from './watched-store.ts';

/** What changes is in the last of them. */
const TURNS = 2;
/** For a reader that has gone. */
const LOOK_MILLIS = 500;

export interface LinesOptions {
  context: CliContext;
  /** Only this one. */
  only?: SessionKey;
  json?: boolean;
  signal: AbortSignal;
}

/** Resolves with `signal`, or when nobody reads any more. Rejects when the store cannot be read. */
export function runLines({ context, only, json = false, signal }: LinesOptions): Promise<void> {
  const { stdout } = context;
  const palette = createPalette(stdout.color);
  const events = createWatchEvents();
  let store: WatchedStore | undefined;
  const print = (fresh: readonly WatchEvent[]): void => {
    if (fresh.length > 0) void stdout.write(`${fresh.map((one) => (json ? toJsonLine(one) : toLine(toPieces(one, store?.shortIdOf() ?? String), palette))).join('\n')}\n`);
  };
  return new Promise((resolve, reject) => {
    const end = (error?: unknown): void => {
      clearInterval(timer);
      store?.close();
      if (error === undefined) resolve();
      else reject(error);
    };
    const startMillis = context.nowMillis();
    const look = (sessions: readonly SessionKey[] | undefined): void => {
      try {
        const reading = store?.reading();
        if (!reading) return;
        const keys = (sessions ?? readWatched(reading, context.nowMillis()).sessions).filter((key) => !only || isSame(key, only));
        const spans = keys.flatMap((key) => readNewestTurns(reading, key, TURNS)?.spans ?? []);
        // What an import brings is no news.
        const isNews = (nano: bigint | undefined): boolean => nano !== undefined && nanoToMillis(nano) >= startMillis;
        print(events.take(spans.filter(({ startUnixNano, endUnixNano }) => isNews(startUnixNano) || isNews(endUnixNano))));
        events.note(spans);
      } catch (error) {
        end(error);
      }
    };
    const timer = setInterval(() => {
      if (stdout.isClosed()) end();
    }, LOOK_MILLIS);
    if (signal.aborted) return end();
    signal.addEventListener('abort', () => end(), { once: true });
    try {
      store = followStore(context.home.database, look);
      const reading = store.reading();
      if (reading) for (const key of readWatched(reading, startMillis).sessions) events.note(readNewestTurns(reading, key, TURNS)?.spans ?? []);
    } catch (error) {
      end(error);
    }
  });
}

/** `12:03:04  claude-code 3f2a91bc  ended  Bash  npm test  error 2.1s` */
function toPieces({ event, atMillis, agent, sessionId, kind, name, detail, outcome, durationMillis }: WatchEvent, shortIdOf: ToShortId): Piece[] {
  const asks = kind === 'permission' && event === 'began';
  return [
    { text: `${toClockText(millisToNano(Math.floor(atMillis)))}  `, tone: 'dim' },
    { text: `${agent} ${toPlainLine(shortIdOf(sessionId))}  `, tone: 'agent' },
    { text: asks ? 'waits  ' : `${event}  `, tone: asks ? 'waiting' : 'plain' },
    { text: name, tone: kind === 'chat' ? 'model' : 'strong' },
    { text: detail === undefined ? '' : `  ${detail}`, tone: 'dim' },
    { text: outcome === undefined ? '' : `  ${outcome}`, tone: outcome === 'ok' ? 'ok' : outcome === 'denied' ? 'denied' : outcome === 'error' || outcome === 'timeout' ? 'error' : 'dim' },
    { text: durationMillis === undefined ? '' : ` ${toDurationText(millisToNano(Math.round(durationMillis)))}`, tone: 'plain' },
  ];
}
