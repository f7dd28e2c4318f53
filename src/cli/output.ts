/** stdout and stderr as commands see them. */
import type { Output } from './context.ts';
import { Failure } from './failure.ts';
import { isColorWanted } from './terminal/palette.ts';

/** Where nothing tells: a pipe into a pager or a file is read on screens about so wide. */
const DEFAULT_COLUMNS = 120;
const MIN_COLUMNS = 40;

/**
 * Wraps a stream of the process. `columnsBeside`: the width of the other stream's terminal, which people look at when this one goes
 * into a pipe. A reader that has gone (`| head`) is no error; a disk that is full is.
 */
export function createOutput(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>, columnsBeside?: number): Output {
  let isClosed = false;
  // The callback of write tells the error too: this listener only keeps it from ending the process.
  stream.on('error', () => undefined);
  return {
    isTerminal: stream.isTTY === true,
    columns: Math.max(MIN_COLUMNS, stream.columns || columnsBeside || Number(env.COLUMNS) || DEFAULT_COLUMNS),
    color: isColorWanted(env, stream.isTTY === true),
    isClosed: () => isClosed,
    write: (data) =>
      new Promise((resolve, reject) => {
        if (isClosed) return resolve();
        stream.write(data, (error) => {
          isClosed ||= (error as NodeJS.ErrnoException | null)?.code === 'EPIPE';
          if (!error || isClosed) resolve();
          else reject(new Failure(`The output could not be written: ${error.message}.`, 'Make room, or write it elsewhere.'));
        });
      }),
  };
}
