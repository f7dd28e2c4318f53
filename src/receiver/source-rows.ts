/** Who sent: a row for each resource and scope. */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { TelemetryGroup } from './telemetry-group.ts';
import { scrubText, toAttributeJson } from './to-attribute-json.ts';

/** A machine has a few hundred; a sender that makes up a new one with each request must not fill the memory. */
const MOST_REMEMBERED = 1000;

export interface SourceRows {
  /** The row of this source, made where it is missing. Inside a transaction. */
  idOf(source: TelemetryGroup['source'], agent: string | undefined): number;
  /** A transaction was rolled back: rows may be gone. */
  forget(): void;
}

export function createSourceRows(db: DatabaseSync): SourceRows {
  const find = db.prepare('SELECT id FROM telemetry_source WHERE digest = ?');
  const insert = db.prepare('INSERT INTO telemetry_source (digest, service, scope, scope_version, resource, agent) VALUES (?, ?, ?, ?, ?, ?)');
  const known = new Map<string, number>();
  return {
    idOf({ service, scope, scopeVersion, resource }, agent) {
      const json = toAttributeJson(resource);
      // Its digest is what is remembered: a resource may be megabytes.
      const digest = createHash('sha256').update(JSON.stringify([scope ?? null, scopeVersion ?? null, json, agent ?? null])).digest('hex');
      const remembered = known.get(digest);
      if (remembered !== undefined) return remembered;
      const clean = (text: string | undefined): string | null => (text === undefined ? null : scrubText(text));
      const id = Number(find.get(digest)?.id ?? insert.run(digest, clean(service), clean(scope), clean(scopeVersion), json, agent ?? null).lastInsertRowid);
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(digest, id);
      return id;
    },
    forget: () => known.clear(),
  };
}
