/** Numbers and times in the doctor's sentences. */

/** `2 turns`, `1 turn`. */
export function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How long before `nowMillis` this was (Unix ms): `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function toAgo(atMillis: number, nowMillis: number): string {
  const seconds = Math.max(0, Math.round((nowMillis - atMillis) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}
