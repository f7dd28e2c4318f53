/**
 * The program of an import beside `spoor serve`: a process of its own, so that neither its work nor its memory is in the way of what is live. It is
 * told what to import, and tells how far it is; it goes with the process that started it.
 */
import { createContext } from '../create-context.ts';
import type { ImportNews, ImportOrder } from './import-order.ts';

if (process.send) {
  const tell = (news: ImportNews): void => void process.send?.(news, undefined, undefined, () => undefined);
  process.once('disconnect', () => process.exit());
  process.once('message', (order: ImportOrder) => void run(order, tell).finally(() => process.disconnect()));
}

async function run({ agents, sinceMillis, namesSinceMillis }: ImportOrder, tell: (news: ImportNews) => void): Promise<void> {
  try {
    const context = createContext();
    const { home, environment } = context;
    await context.collector.importHistory({
      home, environment, agents, sinceMillis,
      onProgress: (progress) => tell({ progress }),
      onFound: (sources) => tell({ found: sources.filter(({ modifiedMillis }) => modifiedMillis >= namesSinceMillis) }),
    });
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
  }
}
