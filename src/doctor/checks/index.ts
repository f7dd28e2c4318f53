/** The list of checks, in the order in which people should read what they found: one line each. */
import { agentsCheck } from './agents.ts';
import type { Check } from './check.ts';
import { collectorCheck, deliveryCheck, problemsCheck, storeCheck } from './collecting.ts';
import { configCheck, projectCheck, userCheck } from './configuration.ts';
import { lastHookCheck } from './last-hook.ts';
import { numbersCheck, orphanedToolsCheck } from './numbers.ts';
import { shimCheck } from './shim.ts';
import { switchesCheck } from './switches.ts';
import { telemetryCheck } from './telemetry.ts';
import { untracedSessionsCheck } from './untraced-sessions.ts';

export const checks: readonly Check[] = [
  agentsCheck, telemetryCheck, shimCheck, lastHookCheck, untracedSessionsCheck, storeCheck, collectorCheck, numbersCheck, orphanedToolsCheck, problemsCheck, configCheck, deliveryCheck,
  projectCheck, userCheck, switchesCheck,
];
