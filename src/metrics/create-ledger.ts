/** The ledger over the store's database. Its tables: `store/sqlite/migrations/0007-metrics.sql`. */
import { canonicalJson } from '../core/ids.ts';
import { OVERFLOW } from '../semconv/metric-names.ts';
import type { Database, SqlRow } from '../store/database.ts';
import { addFigures, subtractFigures, toFigure, type Figure } from './figure.ts';
import type { Addition, MetricBackoff, MetricLedger, Reading, ResourceLabels, Sending, Series } from './ledger.ts';
import type { Labels, Measurement } from './measure-span.ts';

/** Series of one metric and reader, that of the overflow included: the default of OpenTelemetry's SDKs. */
const MOST_SERIES = 2000;

/** The labels of the series that takes what finds no place. */
const OVERFLOW_LABELS = canonicalJson({ [OVERFLOW]: true });

/** Makes the ledger of an open store. It holds nothing of its own: the store closes the database. */
export function createLedger(db: Database): MetricLedger {
  return {
    open: (reader, nowUnixNano) => void openReader(db, reader, nowUnixNano),
    add: (reader, additions, nowUnixNano) => db.transaction(() => add(db, openReader(db, reader, nowUnixNano), additions)),
    countSession: (reader, spanId) => {
      const insert = db.sql('INSERT OR IGNORE INTO metric_session (reader, session) SELECT metric_reader.id, session FROM metric_reader, span WHERE name = ? AND span_id = ?');
      return Number(insert.run(reader, spanId).changes) > 0;
    },
    read: (reader) => read(db, reader),
    isChanged: (reader) => db.sql('SELECT 1 FROM metric_series WHERE reader = (SELECT id FROM metric_reader WHERE name = ?) AND total IS NOT sent LIMIT 1').get(reader) !== undefined,
    beginSending: (reader, how) => db.transaction(() => beginSending(db, reader, how)),
    endPart: (reader, ids) => endPart(db, reader, ids),
    endSending: (reader) => db.transaction(() => endSending(db, reader)),
    readBackoff: (reader) => toBackoff(db.sql('SELECT failures, next_attempt_millis, last_error FROM metric_reader WHERE name = ?').get(reader)),
    saveBackoff: (reader, { failures, nextAttemptMillis, error }) => {
      db.sql('UPDATE metric_reader SET failures = ?, next_attempt_millis = ?, last_error = ? WHERE name = ?').run(failures, Math.ceil(nextAttemptMillis), error, reader);
    },
  };
}

function openReader(db: Database, name: string, nowUnixNano: bigint): number {
  const known = db.sql('SELECT id FROM metric_reader WHERE name = ?').get(name);
  if (known) return Number(known.id);
  return Number(db.sql('INSERT INTO metric_reader (name, started_unix_nano) VALUES (?, ?)').run(name, nowUnixNano).lastInsertRowid);
}

interface Sum {
  measurement: Measurement;
  resource: string;
  labels: string;
  figure: Figure;
}

/** Adds up first: many measurements of a turn are of one series. */
function add(db: Database, reader: number, additions: readonly Addition[]): void {
  const sums = new Map<string, Sum>();
  for (const { resource, measurements } of additions) {
    const resourceText = canonicalJson(resource);
    for (const measurement of measurements) {
      const labels = canonicalJson(measurement.labels);
      const key = `${measurement.instrument.name}\0${resourceText}\0${labels}`;
      const figure = toFigure(measurement.instrument, measurement.value);
      const known = sums.get(key);
      if (known) known.figure = addFigures(known.figure, figure);
      else sums.set(key, { measurement, resource: resourceText, labels, figure });
    }
  }
  for (const sum of sums.values()) addToSeries(db, reader, sum);
}

function addToSeries(db: Database, reader: number, { measurement: { instrument: { name } }, resource, labels, figure }: Sum): void {
  const find = db.sql('SELECT id, total FROM metric_series WHERE reader = ? AND metric = ? AND resource = ? AND labels = ?');
  const own = find.get(reader, name, resource, labels);
  const isFull = !own && Number(db.sql('SELECT count(*) AS count FROM metric_series WHERE reader = ? AND metric = ?').get(reader, name)?.count) >= MOST_SERIES - 1;
  const [place, found] = isFull ? [{ resource: '{}', labels: OVERFLOW_LABELS }, find.get(reader, name, '{}', OVERFLOW_LABELS)] : [{ resource, labels }, own];
  if (found) {
    const total = addFigures(JSON.parse(String(found.total)) as Figure, figure);
    db.sql('UPDATE metric_series SET total = ? WHERE id = ?').run(JSON.stringify(total), found.id ?? null);
    return;
  }
  db.sql('INSERT INTO metric_series (reader, metric, resource, labels, total) VALUES (?, ?, ?, ?, ?)').run(reader, name, place.resource, place.labels, JSON.stringify(figure));
}

const SERIES = 'SELECT id, metric, resource, labels, total, sending, sent FROM metric_series WHERE reader = ? ORDER BY metric, resource, labels';

function read(db: Database, name: string): Reading | undefined {
  const reader = db.sqlBig('SELECT id, started_unix_nano FROM metric_reader WHERE name = ?').get(name);
  if (!reader) return undefined;
  const series = db.sql(SERIES).all(reader.id ?? null).map((row) => toSeries(row, toStoredFigure(row.total)));
  return { startedUnixNano: reader.started_unix_nano as bigint, series };
}

function beginSending(db: Database, name: string, { isDelta, nowUnixNano }: { isDelta: boolean; nowUnixNano: bigint }): Sending | undefined {
  const reader = db.sqlBig('SELECT id, started_unix_nano, sending_unix_nano, sent_unix_nano FROM metric_reader WHERE name = ?').get(name);
  if (!reader) return undefined;
  const id = reader.id ?? null;
  const isRepeated = isDelta && reader.sending_unix_nano !== null;
  if (!isRepeated) {
    db.sql('UPDATE metric_series SET sending = total WHERE reader = ? AND (total IS NOT sent OR sending IS NOT NULL)').run(id);
    db.sql('UPDATE metric_reader SET sending_unix_nano = ? WHERE id = ?').run(nowUnixNano, id);
  }
  const rows = db.sql(SERIES).all(id);
  const series = rows.flatMap((row) => {
    const figure = toSent(row, isDelta);
    return figure ? [{ ...toSeries(row, figure), id: Number(row.id) }] : [];
  });
  const started = reader.started_unix_nano as bigint;
  const untilUnixNano = isRepeated ? (reader.sending_unix_nano as bigint) : nowUnixNano;
  if (series.length === 0) {
    endSending(db, name);
    return undefined;
  }
  return { fromUnixNano: isDelta ? ((reader.sent_unix_nano as bigint | null) ?? started) : started, untilUnixNano, series };
}

/** What did not change since it was taken has nothing that is being sent. */
function toSent(row: SqlRow, isDelta: boolean): Figure | undefined {
  if (!isDelta) return toStoredFigure(row.sending ?? row.sent ?? row.total);
  if (row.sending === null || row.sending === undefined) return undefined;
  return subtractFigures(toStoredFigure(row.sending), row.sent === null || row.sent === undefined ? undefined : toStoredFigure(row.sent));
}

/** The reader's own row stays: what is left is of the same stretch of time. */
function endPart(db: Database, name: string, ids: readonly number[]): void {
  db.sql(`UPDATE metric_series SET sent = sending, sending = NULL WHERE reader = (SELECT id FROM metric_reader WHERE name = ?)
    AND id IN (SELECT value FROM json_each(?)) AND sending IS NOT NULL`).run(name, JSON.stringify(ids));
}

function endSending(db: Database, name: string): void {
  const id = db.sql('SELECT id FROM metric_reader WHERE name = ?').get(name)?.id ?? null;
  db.sql('UPDATE metric_series SET sent = sending, sending = NULL WHERE reader = ? AND sending IS NOT NULL').run(id);
  db.sql(`UPDATE metric_reader SET sent_unix_nano = coalesce(sending_unix_nano, sent_unix_nano), sending_unix_nano = NULL,
    failures = 0, next_attempt_millis = NULL, last_error = NULL WHERE id = ?`).run(id);
}

function toStoredFigure(text: SqlRow[string] | undefined): Figure {
  return JSON.parse(String(text)) as Figure;
}

function toSeries(row: SqlRow, figure: Figure): Series {
  const isOverflow = row.labels === OVERFLOW_LABELS;
  const labels = isOverflow ? {} : (JSON.parse(String(row.labels)) as Labels);
  return { metric: String(row.metric), resource: JSON.parse(String(row.resource)) as ResourceLabels, labels, isOverflow, figure };
}

function toBackoff(row: SqlRow | undefined): MetricBackoff | undefined {
  if (!row || row.next_attempt_millis === null || row.next_attempt_millis === undefined) return undefined;
  return { failures: Number(row.failures), nextAttemptMillis: Number(row.next_attempt_millis), error: String(row.last_error ?? '') };
}
