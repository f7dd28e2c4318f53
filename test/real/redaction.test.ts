/** The whole corpus of test/redaction: every switch of a shell with every session. Not part of `npm test`, which has each session meet one of them. */
process.env.SPOOR_WHOLE_CORPUS = '1';
await import('../redaction/corpus.test.ts');
