/** Agents whose own telemetry comes to `spoor serve`: does it run where they send it. */
import type { Finding } from '../../core/finding.ts';
import { toHookedAgents } from '../doctor-context.ts';
import type { Check } from './check.ts';

export const telemetryCheck: Check = {
  name: 'telemetry',
  run({ agents, environment, servedAt }) {
    return toHookedAgents(agents).flatMap(({ title, installer }): Finding[] => {
      const address = installer.nativeAddress?.(environment);
      if (address === undefined) return [];
      if (servedAt?.replace(/\/$/, '') === address) return [{ check: 'telemetry', state: 'ok', seen: `${title} sends its own telemetry to ${address}, and spoor serve takes it in` }];
      const { port } = new URL(address);
      const elsewhere = servedAt === undefined ? 'nobody serves there' : `spoor serves at ${servedAt}`;
      return [{ check: 'telemetry', state: 'attention', seen: `${title} sends its own telemetry to ${address}, and ${elsewhere}: it is lost, and request times with it`, next: `spoor serve --port ${port}` }];
    });
  },
};
