/** The door of the presets: what is known of a backend by its name. Data only; a preset is one file and one line in `presets/index.ts`. */
import type { Destination, DestinationLimits, DialectName } from '../exporter.ts';

/** What a backend must be told, as a key of a destination in config.yaml. `keyId`: the part of a pair of keys that is no secret. */
export type PresetKey = 'apiKey' | 'keyId' | 'spaceId' | 'region';

export interface PresetNeed {
  key: PresetKey;
  /** As the backend's own pages call it. */
  title: string;
  /** The variable that holds it by the backend's own documentation. */
  variable?: string;
  /** Never shown, and never written into config.yaml. */
  isSecret?: boolean;
  isOptional?: boolean;
}

export interface Preset {
  /** As a person types it: `--to phoenix`. */
  id: string;
  title: string;
  /** Its base address, as it listens when nobody told it otherwise; `{region}` stands for one of `regions`, or for the region as it is. */
  url: string;
  /** The path of its traces endpoint below the host; absent: OTLP's own, `/v1/traces`. */
  path?: string;
  /** What stands for `{region}` by the name of a region; the first is the one that is meant when none is said. Absent: any name is taken as it is. */
  regions?: Readonly<Record<string, string>>;
  needs: readonly PresetNeed[];
  /** `{apiKey}` stands for what is needed; `base64(…)` is encoded. One whose value nobody told is left out. */
  headers: Readonly<Record<string, string>>;
  dialect?: DialectName;
  trace?: Destination['trace'];
  projectHeader?: string;
  projectAttribute?: string;
  projectAsService?: boolean;
  auth?: Destination['auth'];
  limits?: DestinationLimits;
  /** false: it takes traces only. Absent: metrics too, or nobody knows. */
  metrics?: false;
  /**
   * The page of one trace. `{traceId}` · `{base}`: the endpoint without `/v1/traces` · `{host}`: its host alone · `{region}` · `{seconds}` and
   * `{rest}`: the first 8 digits of the id, and the others. Absent: it has none, or none that is found by the id alone.
   */
  traceUrl?: string;
  /** Where its own documentation says all this. */
  docs: string;
}
