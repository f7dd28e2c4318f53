/** `spoor export --format html` */
import type { Session } from '../../core/session.ts';
import type { Sharing } from '../../core/sharing.ts';
import type { Store } from '../../store/store.ts';
import type { CliContext } from '../context.ts';
import { cutSession } from './cut-session.ts';
import { loadSharePage } from './load-share-page.ts';
import { toHtml } from './to-html.ts';
import { toShareJson } from './to-share-json.ts';

export interface SharedOptions {
  sharing: Sharing;
  write(data: string): Promise<void>;
  context: Pick<CliContext, 'packageRoot' | 'nowMillis'>;
}

/** A page of each; gives the number of spans. */
export async function writeShared(store: Store, sessions: readonly Session[], { sharing, write, context }: SharedOptions): Promise<number> {
  const page = loadSharePage(context.packageRoot);
  let spans = 0;
  for (const session of sessions) {
    const cut = cutSession(store, session, sharing);
    if (!cut) continue;
    try {
      const json = await toShareJson(cut, session, { sharing, nowMillis: context.nowMillis() });
      spans += Object.keys(json.spans).length;
      await write(toHtml(page, json));
    } finally {
      cut.close();
    }
  }
  return spans;
}
