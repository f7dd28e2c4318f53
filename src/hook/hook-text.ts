/** What the two forms of the hook, sh (`shim.ts`) and node (`node-hook.ts`), have in common. */

/** First field of a spool file. Raise the number when a reader of this one would misread the file; `spool/spool-file.ts` knows it too. */
export const SPOOL_MARK = 'spoor-hook 1';

/** What stands in for a name that is taken: a pid comes back while the earlier file still waits. */
export const MOST_NAMES_TRIED = 1000;

/** Stands at the head of a hook that acts only where a shell names an endpoint, for whoever saves it again. */
export const ENV_ONLY_MARK = ' where a shell names an OTLP endpoint';

/** Whether the text of a shim, of its body or of a node hook is that of an environment-only hook. */
export function isEnvOnlyText(text: string): boolean {
  return text.split('\n', 2).some((line) => /^(#|\/\/)/.test(line) && line.includes(ENV_ONLY_MARK));
}
