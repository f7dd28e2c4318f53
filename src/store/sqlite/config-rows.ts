/** What sessions worked with: one set of parts for all sessions that had the same. Read over any connection, also one that can only read. */
import type { AgentId } from '../../core/agent-id.ts';
import { orderParts, toFingerprint, toPartHash, type ConfigPart } from '../../core/config-part.ts';
import type { Database } from '../database.ts';
import { reviseSession } from './revision.ts';
import { decodeText, encodeText } from './text.ts';

/** What reading needs of a connection. */
export type ConfigDatabase = Pick<Database, 'sql'>;

export interface SessionConfig {
  fingerprint: string;
  parts: ConfigPart[];
}

/** See `SpanWriter.saveSessionConfig`; `session`: its row. To be called inside a transaction. */
export function saveSessionConfig(db: Database, session: number, parts: readonly ConfigPart[]): void {
  const model = db.sql('SELECT model FROM session WHERE id = ?').get(session)?.model;
  const known = typeof model === 'string' ? [toModelPart(decodeText(model))] : [];
  writeConfig(db, session, orderParts([...parts, ...(parts.some(({ kind }) => kind === 'model') ? [] : known)]));
}

/** The first model that is told of a session is part of what it worked with. To be called inside a transaction. */
export function addModelPart(db: Database, session: number, model: string): void {
  const parts = readParts(db, session);
  if (parts && !parts.some(({ kind }) => kind === 'model')) writeConfig(db, session, orderParts([...parts, toModelPart(model)]));
}

function toModelPart(model: string): ConfigPart {
  return { kind: 'model', name: model, hash: toPartHash('model', model) };
}

function writeConfig(db: Database, session: number, parts: readonly ConfigPart[]): void {
  const fingerprint = toFingerprint(parts);
  const before = db.sql('SELECT config FROM session_config WHERE session = ?').get(session);
  const config = findConfig(db, fingerprint) ?? insertConfig(db, fingerprint, parts);
  db.sql('INSERT INTO session_config (session, config) VALUES (?, ?) ON CONFLICT (session) DO UPDATE SET config = excluded.config').run(session, config);
  reviseSession(db, session);
  if (before && Number(before.config) !== config) removeUnusedConfigs(db, [Number(before.config)]);
}

function findConfig(db: ConfigDatabase, fingerprint: string): number | undefined {
  const row = db.sql('SELECT id FROM config WHERE fingerprint = ?').get(fingerprint);
  return row && Number(row.id);
}

function insertConfig(db: Database, fingerprint: string, parts: readonly ConfigPart[]): number {
  const config = Number(db.sql('INSERT INTO config (fingerprint) VALUES (?)').run(fingerprint).lastInsertRowid);
  const add = db.sql('INSERT INTO config_part (kind, name, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const join = db.sql('INSERT INTO config_member (config, part) SELECT ?, id FROM config_part WHERE kind = ? AND name = ? AND hash = ?');
  for (const part of parts) {
    const values = [part.kind, encodeText(part.name), part.hash];
    add.run(...values);
    join.run(config, ...values);
  }
  return config;
}

/** The set that a session's row points at; undefined: none. */
export function readConfigOf(db: ConfigDatabase, session: number): number | undefined {
  const row = db.sql('SELECT config FROM session_config WHERE session = ?').get(session);
  return row && Number(row.config);
}

/** Deletes those of these sets that no session has any more, with the parts that no set has: names are somebody's, too. */
export function removeUnusedConfigs(db: Database, configs: readonly number[]): void {
  for (const config of configs) {
    if (db.sql('SELECT 1 FROM session_config WHERE config = ?').get(config)) continue;
    const parts = db.sql('SELECT part FROM config_member WHERE config = ?').all(config);
    db.sql('DELETE FROM config WHERE id = ?').run(config);
    for (const { part } of parts) db.sql('DELETE FROM config_part WHERE id = ? AND NOT EXISTS (SELECT 1 FROM config_member WHERE part = config_part.id)').run(part ?? null);
  }
}

function readParts(db: ConfigDatabase, session: number): ConfigPart[] | undefined {
  const config = readConfigOf(db, session);
  return config === undefined ? undefined : readConfigParts(db, config);
}

function readConfigParts(db: ConfigDatabase, config: number): ConfigPart[] {
  const rows = db.sql('SELECT kind, name, hash FROM config_member JOIN config_part ON config_part.id = part WHERE config = ?').all(config);
  return orderParts(rows.map(({ kind, name, hash }) => ({ kind: kind as ConfigPart['kind'], name: decodeText(String(name)), hash: String(hash) })));
}

/** What a session worked with; undefined: nobody looked when it began. */
export function readSessionConfig(db: ConfigDatabase, agent: AgentId, sessionId: string): SessionConfig | undefined {
  const row = db.sql(`SELECT config.id, fingerprint FROM session JOIN session_config ON session_config.session = session.id JOIN config ON config.id = session_config.config
    WHERE session.agent = ? AND session.session_id = ?`).get(agent, encodeText(sessionId));
  return row && { fingerprint: String(row.fingerprint), parts: readConfigParts(db, Number(row.id)) };
}

/** What the session before it, of the same agent in the same folder, worked with; undefined: none, or nobody looked. */
export function readPreviousConfig(db: ConfigDatabase, agent: AgentId, sessionId: string): SessionConfig | undefined {
  const row = db.sql(`SELECT config.id, fingerprint FROM session AS own
    JOIN session AS earlier ON earlier.agent = own.agent AND earlier.cwd = own.cwd AND earlier.id <> own.id AND earlier.root = earlier.id AND earlier.start_unix_nano < own.start_unix_nano
    JOIN session_config ON session_config.session = earlier.id JOIN config ON config.id = session_config.config
    WHERE own.agent = ? AND own.session_id = ? ORDER BY earlier.start_unix_nano DESC LIMIT 1`).get(agent, encodeText(sessionId));
  return row && { fingerprint: String(row.fingerprint), parts: readConfigParts(db, Number(row.id)) };
}

/** The parts of sets by their fingerprints; of those that are not there nothing. */
export function readConfigs(db: ConfigDatabase, fingerprints: Iterable<string>): Map<string, ConfigPart[]> {
  const found = new Map<string, ConfigPart[]>();
  for (const fingerprint of fingerprints) {
    const config = findConfig(db, fingerprint);
    if (config !== undefined) found.set(fingerprint, readConfigParts(db, config));
  }
  return found;
}
