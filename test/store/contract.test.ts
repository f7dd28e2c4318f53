import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { testStoreContract } from '../contracts/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'spoor-store-'));
after(() => rmSync(folder, { recursive: true }));

let opened = 0;
testStoreContract('sqlite', () => openStore(join(folder, `${(opened += 1)}.db`)));
testStoreContract('memory', openMemoryStore);
