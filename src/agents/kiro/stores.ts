/** The list of Kiro's history stores. Of a session that stands in several (one engine took it over from another) the first counts. */
import { ideStore } from './ide/store.ts';
import type { KiroStore } from './kiro-store.ts';
import { v1Store } from './v1/store.ts';
import { v2Store } from './v2/store.ts';
import { v3Store } from './v3/store.ts';

export const kiroStores: readonly KiroStore[] = [v3Store, ideStore, v2Store, v1Store];
