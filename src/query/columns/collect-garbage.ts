/** What a long piece of work leaves behind is given back at once: a thread that then rests would keep it for as long as it rests. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Some milliseconds of this thread. https://nodejs.org/api/v8.html#v8setflagsfromstringflags */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
