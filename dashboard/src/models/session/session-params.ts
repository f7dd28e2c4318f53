/** What the page of a session shows ↔ its URL: a link leads to the very span, in the window of time that its sender saw. */

export const TABS = ['waterfall', 'turns', 'coverage', 'config'] as const;
export type SessionTab = (typeof TABS)[number];

export interface SessionParams {
  tab?: SessionTab;
  /** Id of the span that is chosen. */
  span?: string;
  /** Window in whole ms after the session's start. */
  t0?: number;
  t1?: number;
  /** Filter line. */
  f?: string;
  /** Absent: all turns on one axis. */
  grouping?: 'turn';
}

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
  const [t0, t1] = [Number(text('t0')), Number(text('t1'))];
  if (Number.isFinite(t0) && Number.isFinite(t1) && t1 > t0) [params.t0, params.t1] = [Math.round(t0), Math.round(t1)];
  if (raw.grouping === 'turn') params.grouping = 'turn';
  return params;
}
