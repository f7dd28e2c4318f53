/** Everything that stands in a SQLite database, as text: each value of each row of each table, decompressed. */
import { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';

export interface DatabaseText {
  text: string;
  values: number;
}

/** Of a file that may be open elsewhere. */
export function readDatabase(path: string): DatabaseText {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all().map((row) => String(row.name));
    const parts: string[] = [];
    for (const table of tables) {
      const statement = db.prepare(`SELECT * FROM "${table}"`);
      statement.setReadBigInts(true);
      for (const row of statement.all()) for (const value of Object.values(row)) parts.push(toText(value));
    }
    return { text: parts.join('\n'), values: parts.length };
  } finally {
    db.close();
  }
}

function toText(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value);
  try {
    return zstdDecompressSync(value).toString('utf8');
  } catch {
    return Buffer.from(value).toString('latin1');
  }
}
