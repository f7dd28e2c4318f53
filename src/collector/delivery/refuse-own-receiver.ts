/** What leads to spoor's own receiver is not sent: it would be taken in again, and sent again. */
import { leadsToLoopback, leadsToPort } from '../../config/destination/address.ts';
import type { Home } from '../../config/home.ts';
import type { Destination, Exporter, ExportResult } from '../../exporters/exporter.ts';
import { readServerFile } from '../lifecycle/server-file.ts';

/**
 * The exporter, asked anew before each batch: shells name their address at any time, a configuration is edited, and `spoor serve` begins or moves.
 * What is refused waits: where a real collector takes the port over, it goes there.
 */
export function refuseOwnReceiver(exporter: Exporter, { url }: Pick<Destination, 'url'>, home: Home): Exporter {
  if (url === undefined || !leadsToLoopback(url)) return exporter;
  const find = (): ExportResult | undefined => {
    const message = findOwnReceiver(url, home);
    return message === undefined ? undefined : { status: 'retryable', message };
  };
  const { exportMetrics } = exporter;
  return {
    export: async (batch) => find() ?? (await exporter.export(batch)),
    ...(exportMetrics ? { exportMetrics: async (batch) => find() ?? (await exportMetrics.call(exporter, batch)) } : {}),
    close: () => exporter.close(),
  };
}

/** Why nothing is sent there; undefined: it is not where this home is served now. */
function findOwnReceiver(url: string, home: Home): string | undefined {
  const port = toPort(readServerFile(home)?.url);
  if (port === undefined || !leadsToPort(url, port)) return undefined;
  return `port ${port} of this machine is where spoor serve itself takes telemetry in: nothing is sent there, for it would only come back. Name another address, or serve at another port (spoor serve --port ${port === 65535 ? 4319 : port + 1})`;
}

function toPort(url: string | undefined): number | undefined {
  const port = Number(url === undefined ? '' : URL.parse(url)?.port);
  return port > 0 ? port : undefined;
}
