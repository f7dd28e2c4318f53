/** Agents whose own telemetry comes to `spoor serve`: does it run where they send it, and is it taken there. */
import type { Finding } from '../../core/finding.ts';
import { toHookedAgents, type DoctorContext } from '../doctor-context.ts';
import type { Check } from './check.ts';

/** Ours and the usual one, in a variable of this shell. */
const TOKEN_HEADER = /(?:^|,)\s*(?:x-spoor-token|authorization)\s*=/i;

export const telemetryCheck: Check = {
  name: 'telemetry',
  run(context) {
    return toHookedAgents(context.agents).flatMap(({ title, installer }): Finding[] => {
      const address = installer.nativeAddress?.(context.environment);
      return address === undefined ? [] : [toFinding(title, address, context)];
    });
  },
};

function toFinding(title: string, address: string, { environment, servedAt, config, home }: DoctorContext): Finding {
  const told = { check: 'telemetry', state: 'attention' } as const;
  const sends = `${title} sends its own telemetry to ${address}`;
  if (servedAt?.replace(/\/$/, '') !== address) {
    const elsewhere = servedAt === undefined ? 'nobody serves there' : `spoor serves at ${servedAt}`;
    return { ...told, seen: `${sends}, and ${elsewhere}: it is lost, and request times with it`, next: `spoor serve --port ${new URL(address).port}` };
  }
  if (config.value.receiver?.isUnreadable) {
    return { ...told, seen: `${sends}, where nobody may send: who may cannot be read in ${home.configFile}`, next: `mend "receiver" of ${home.configFile}, and start spoor serve again` };
  }
  if (config.value.receiver?.token !== undefined && !TOKEN_HEADER.test(environment.env.OTEL_EXPORTER_OTLP_HEADERS ?? '')) {
    return { ...told, seen: `${sends}, where a token is asked for, which stands in no settings of ours: unless you gave it to ${title} yourself, all of it is refused`, next: `take receiver.token out of ${home.configFile}, or give ${title} the header x-spoor-token` };
  }
  return { ...told, state: 'ok', seen: `${sends}, and spoor serve takes it in` };
}
