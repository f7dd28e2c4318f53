/** What time it is for a page. One that was sent to somebody shows the moment at which it was made, whatever its reader's clock says. */

let stoppedMillis: number | undefined;

/** Unix ms: now, or when the clock was stopped. */
export function readClock(): number {
  return stoppedMillis ?? Date.now();
}

/** From now on it is always `atMillis`, in Unix ms. Before anything is drawn. */
export function stopClock(atMillis: number): void {
  stoppedMillis = atMillis;
}

export function isClockStopped(): boolean {
  return stoppedMillis !== undefined;
}
