/** Links to a session's trace at the destinations that have it. */
import { toTraceUrl } from '../../exporters/presets/trace-url.ts';
import type { LinkedDestination } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';

/** The newest turn of which something was sent there: what was not sent has no page. */
const SENT = `SELECT span.trace_id FROM destination JOIN outbox ON outbox.destination = destination.id JOIN span ON span.id = outbox.span
  WHERE destination.name = ? AND outbox.state = 'sent' AND outbox.copy = 0 AND span.turn = ? LIMIT 1`;
const NEWEST_TURNS = 'SELECT id FROM turn WHERE session = ? ORDER BY turn_index DESC, id DESC LIMIT 20';
/** Under one trace a session, its envelope says which. */
const ENVELOPE = `SELECT span.trace_id FROM trace_place JOIN span ON span.id = trace_place.envelope WHERE trace_place.trace_id = ? ORDER BY span.start_unix_nano DESC LIMIT 1`;

/** `session`: its row. One link a destination at most, to the newest trace that it got. */
export function readLinks(reading: ReadDatabase, session: number, destinations: readonly LinkedDestination[]): { destination: string; url: string }[] {
  if (destinations.length === 0) return [];
  const turns = reading.sql(NEWEST_TURNS).all(session).map(({ id }) => Number(id));
  return destinations.flatMap((destination) => {
    const sent = turns.map((turn) => reading.sql(SENT).get(destination.name, turn)?.trace_id).find((traceId) => traceId !== undefined);
    const traceId = sent !== undefined && destination.trace === 'session' ? reading.sql(ENVELOPE).get(sent)?.trace_id : sent;
    const url = traceId === undefined ? undefined : toTraceUrl(destination, destination, String(traceId));
    return url === undefined ? [] : [{ destination: destination.name, url }];
  });
}
