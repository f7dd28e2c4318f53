/** Calls that come in bursts, made few: the first is made at once, the next one, for all that came meanwhile, `millis` after it. */

export interface Pacer {
  /** Wants the call. */
  poke(): void;
  /** Makes none any more. */
  close(): void;
}

export function createPacer(millis: number, call: () => void): Pacer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calledMillis = -Infinity;
  return {
    poke() {
      timer ??= setTimeout(() => {
        timer = undefined;
        calledMillis = performance.now();
        call();
      }, Math.max(0, calledMillis + millis - performance.now()));
    },
    close: () => clearTimeout(timer),
  };
}
