/** The door of the presets: what is known of a backend by its name. Data only; a preset is one file and one line in `presets/index.ts`. */

export interface Preset {
  /** As a person types it: `--to phoenix`. */
  id: string;
  title: string;
  /** Its base address on this machine, as it listens when nobody told it otherwise. */
  url: string;
  /** The variable that holds its API key by its own documentation. The key is sent as `Authorization: Bearer <key>`. */
  keyVariable?: string;
  /** false: it takes traces only. Absent: metrics too, or nobody knows. */
  metrics?: false;
}
