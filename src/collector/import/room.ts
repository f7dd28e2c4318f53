/** How much may be under way at once, and who may write: one at a time. */
export interface Room {
  /** Resolves when there is room for so much, or nothing else in it. First come, first served. */
  enter(bytes: number): Promise<void>;
  leave(bytes: number): void;
  /** Runs one piece of work after the other. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** An empty room for so many bytes. */
export function createRoom(mostBytes: number): Room {
  let bytesWithin = 0;
  let last: Promise<unknown> = Promise.resolve();
  const waiting: { bytes: number; open(): void }[] = [];
  const hasRoom = (bytes: number): boolean => bytesWithin === 0 || bytesWithin + bytes <= mostBytes;
  return {
    enter(bytes) {
      if (waiting.length > 0 || !hasRoom(bytes)) return new Promise((open) => waiting.push({ bytes, open }));
      bytesWithin += bytes;
      return Promise.resolve();
    },
    leave(bytes) {
      bytesWithin -= bytes;
      for (let next = waiting[0]; next && hasRoom(next.bytes); next = waiting[0]) {
        bytesWithin += next.bytes;
        waiting.shift()?.open();
      }
    },
    alone(work) {
      const done = last.then(work);
      last = done.catch(() => undefined);
      return done;
    },
  };
}
