/** Indexes a store until it is killed: `run-indexer.ts DATABASE SEARCH`. */
import { createSearchIndexer } from '#spoor/query/search/create-search-indexer.ts';

const [database = '', search = ''] = process.argv.slice(2);
createSearchIndexer({ database, search });
setInterval(() => {}, 1000);
