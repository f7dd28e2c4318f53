/** What the page of a session shows ↔ its URL: a link leads to the very span, in the window of time that its sender saw. */

export const TABS = ['waterfall', 'turns', 'coverage', 'config'] as const;
export type SessionTab = (typeof TABS)[number];

export interface SessionParams {
  tab?: SessionTab;
  /** Id of the span that is chosen. */
  span?: string;
  /** Window in whole ms after the session's start; without `t1` it goes to the end. */
  t0?: number;
  t1?: number;
  /** Filter line. */
  f?: string;
  /** Absent: all turns on one axis. */
  grouping?: 'turn';
}

/** Changes what the address says, and leaves the rest of it. */
export type SetSessionParams = (change: Partial<SessionParams>) => void;

/** Untrusted search params → those that mean something. */
export function parseSessionParams(raw: Record<string, unknown>): SessionParams {
  const params: SessionParams = {};
  const text = (name: string): string | undefined => (['string', 'number'].includes(typeof raw[name]) && raw[name] !== '' ? String(raw[name]) : undefined);
  const tab = TABS.find((one) => one === raw.tab);
  if (tab !== undefined && tab !== 'waterfall') params.tab = tab;
  for (const name of ['span', 'f'] as const) {
    const value = text(name);
    if (value !== undefined) params[name] = value;
  }
  for (const end of ['t0', 't1'] as const) {
    const value = Number(text(end) ?? Number.NaN);
    if (Number.isFinite(value)) params[end] = Math.round(value);
  }
  if (params.t0 !== undefined && params.t1 !== undefined && params.t1 <= params.t0) [params.t0, params.t1] = [undefined, undefined];
  if (raw.grouping === 'turn') params.grouping = 'turn';
  return params;
}
