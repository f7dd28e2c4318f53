/** What serving is asked for. Types only. */
import type { AgentEnvironment } from '../../agents/agent.ts';
import type { CollectReport } from '../../collector/reports.ts';
import type { ChangedHistories } from '../../collector/run-collector.ts';
import type { Home } from '../../config/home.ts';
import type { SettingRow } from '../../query/api/settings.ts';
import type { Receiver } from '../../receiver/receiver.ts';
import type { SpoorServer } from '../../server/create-server.ts';
import type { Store } from '../../store/store.ts';

export interface ServePlace {
  home: Home;
  environment: AgentEnvironment;
  /** The folder that holds `dist/`. */
  packageRoot: string;
  /** What the command line said, for the page of settings. */
  flags: readonly SettingRow[];
}

export interface ServeRequest extends ServePlace {
  port: number;
  /** Aborted: leave. */
  signal: AbortSignal;
  /** Imports the past beside. */
  imports: boolean;
  /** It listens. */
  onListening(server: SpoorServer): Promise<void>;
  /** Collects until the signal, in place of a collector that runs. */
  collect(hooks: { onStep(): void; tail?: ChangedHistories }): Promise<CollectReport>;
  /** Takes telemetry in, into this store. Throws a Failure where it must not. */
  openReceiver(store: Store): Receiver;
}
