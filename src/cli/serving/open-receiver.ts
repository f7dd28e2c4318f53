/** The receiver of `spoor serve`: its agents, its token, and the store that their facts go to. */
import { existsSync } from 'node:fs';
import type { Agent, AgentEnvironment } from '../../agents/agent.ts';
import { takeTelemetry } from '../../collector/take-telemetry.ts';
import { loadConfig } from '../../config/config.ts';
import type { Home } from '../../config/home.ts';
import type { Log } from '../../config/log.ts';
import { findSecret } from '../../config/resolve-destination.ts';
import { findLoop } from '../../receiver/find-loop.ts';
import { createReceiver, refuse, type Receiver } from '../../receiver/receiver.ts';
import type { Store } from '../../store/store.ts';
import { Failure } from '../failure.ts';

export interface OpenReceiverOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  store: Store;
  /** At which it listens. */
  port: number;
  log: Log;
}

/** What is old goes once a day, and when it begins. */
const UPKEEP_MILLIS = 86_400_000;

/** Throws a Failure where it would send to itself, or its token cannot be found: it must not be open then. */
export function openReceiver({ home, environment, agents, store, port, log }: OpenReceiverOptions): Receiver {
  const { destinations, receiver: settings = {}, keep } = loadConfig(home, environment).value;
  const loop = findLoop(destinations, port);
  if (loop !== undefined) throw new Failure(loop);
  if (settings.isUnreadable) return closedReceiver();
  const found = settings.token === undefined ? undefined : findSecret(settings.token, environment);
  if (found && !('value' in found)) throw new Failure(`receiver.token is "${settings.token}", ${found.missing}.`, 'Set it, or take receiver.token out of config.yaml.');
  const receiver = createReceiver({
    path: home.telemetryDatabase,
    agents,
    takeFacts: (agent, facts, problems) => takeTelemetry({ agent, facts, problems }, { store, nowMillis: Date.now }),
    ...(found ? { token: found.value } : {}),
    tellTrouble: (sentence) => log.error(`receiver: ${sentence}`),
  });
  const upkeep = setInterval(() => receiver.dropOld(loadConfig(home, environment).value.keep, Date.now()), UPKEEP_MILLIS);
  upkeep.unref();
  if (existsSync(home.telemetryDatabase)) receiver.dropOld(keep, Date.now());
  return {
    ...receiver,
    close() {
      clearInterval(upkeep);
      return receiver.close();
    },
  };
}

/** Who may send stands in a file that cannot be read: then nobody may. Everything else is served. */
function closedReceiver(): Receiver {
  const message = 'config.yaml cannot be read, and in it stands who may send. Mend it, and start spoor serve again.';
  return { receive: (request, response) => refuse(request, response, { status: 401, message }), dropOld: () => undefined, close: async () => undefined };
}
