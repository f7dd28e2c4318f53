/** Telemetry at the server's own port. The receiver reads bodies itself, for it knows how to bound them. */
import { refuse, type Receiver } from '../../receiver/receiver.ts';
import { isTelemetryPath } from '../../receiver/request-head.ts';
import type { RawRoute } from '../raw-route.ts';

/** Every request below `/v1/`. Whoever is on this machine may send, unless the receiver wants a token. The receiver stays its owner's. */
export function createReceiverRoute(receiver: Pick<Receiver, 'receive'>): RawRoute {
  return { isOwn: isTelemetryPath, takesBody: true, isPrivate: false, refuse, serve: receiver.receive };
}
