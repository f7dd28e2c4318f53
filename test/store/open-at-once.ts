/** A process of its own that opens the store at argv[2], writes one row and leaves. */
import { openStore } from '#spoor/store/sqlite/open-store.ts';

const [, , path = ''] = process.argv;
const store = openStore(path);
store.markDue('kiro', String(process.pid), 1);
store.close();
