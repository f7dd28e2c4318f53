/** What a person sees of `spoor watch`, and how keys change it. Pure. */
import type { SessionKey, Watched } from './read-watched.ts';

export interface WatchView {
  /** A session fills the screen. */
  isOpen: boolean;
  /** The one whose waterfall is drawn. Absent: the one in which something happened last. */
  chosen?: SessionKey;
  /** Lines back from the newest. */
  back: number;
  hasHelp: boolean;
}

export const FIRST_VIEW: WatchView = { isOpen: false, back: 0, hasHelp: false };

export type WatchKey = 'quit' | 'down' | 'up' | 'page-down' | 'page-up' | 'open' | 'close' | 'follow' | 'help';

const KEYS: Readonly<Record<string, WatchKey>> = {
  q: 'quit', '\x03': 'quit', '\x04': 'quit', j: 'down', '\x1b[B': 'down', '\x1bOB': 'down', k: 'up', '\x1b[A': 'up', '\x1bOA': 'up', ' ': 'page-down', '\x1b[6~': 'page-down', '\x1b[5~': 'page-up',
  '\r': 'open', '\n': 'open', '\x1b': 'close', f: 'follow', '?': 'help',
};

/** Undefined: it means nothing. */
export function toWatchKey(key: string): WatchKey | undefined {
  return KEYS[key];
}

/** For the line at the bottom and for the help. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ['j k', 'the session below, above; in one that is open: forward, back'],
  ['Enter', 'open the session'],
  ['Esc', 'back to the list'],
  ['f', 'follow what happens last, and the end of it'],
  ['?', 'this help'],
  ['q', 'leave'],
];

export interface KeyContext {
  sessions: Watched['sessions'];
  /** The session that is drawn. */
  shown: SessionKey | undefined;
  /** Lines on a page. */
  page: number;
}

/** `key` is none that leaves. */
export function pressKey(view: WatchView, key: WatchKey, { sessions, shown, page }: KeyContext): WatchView {
  if (view.hasHelp) return { ...view, hasHelp: false };
  switch (key) {
    case 'help':
      return { ...view, hasHelp: true };
    case 'follow':
      return { isOpen: view.isOpen, back: 0, hasHelp: false, ...(view.isOpen && shown ? { chosen: shown } : {}) };
    case 'open':
      return shown ? { ...view, isOpen: true, chosen: shown, back: 0 } : view;
    case 'close':
      return { ...view, isOpen: false, back: 0 };
    default:
      return view.isOpen ? scroll(view, { down: -1, up: 1, 'page-down': -page, 'page-up': page }[key as 'down'] ?? 0) : move(view, { sessions, shown }, key === 'down' || key === 'page-down' ? 1 : -1);
  }
}

function scroll(view: WatchView, by: number): WatchView {
  return { ...view, back: Math.max(0, view.back + by) };
}

function move(view: WatchView, { sessions, shown }: Pick<KeyContext, 'sessions' | 'shown'>, by: 1 | -1): WatchView {
  const at = sessions.findIndex((one) => isSame(one, shown));
  const next = sessions[Math.max(0, Math.min(sessions.length - 1, at + by))];
  return next ? { ...view, chosen: { agent: next.agent, sessionId: next.sessionId }, back: 0 } : view;
}

/** Whether both name the same session. */
export function isSame(one: SessionKey | undefined, two: SessionKey | undefined): boolean {
  return one !== undefined && two !== undefined && one.agent === two.agent && one.sessionId === two.sessionId;
}

/** The session to draw: the chosen one, else the one in which something happened last. */
export function toShown({ chosen }: WatchView, { sessions }: Watched): SessionKey | undefined {
  if (chosen) return chosen;
  const newest = sessions.toSorted((a, b) => b.lastMillis - a.lastMillis)[0];
  return newest && { agent: newest.agent, sessionId: newest.sessionId };
}
