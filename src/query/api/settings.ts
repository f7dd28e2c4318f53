/** `GET /api/settings`: what holds, and where each value comes from. Types only. Secrets are never in it. */
import type { Timed } from './figures.ts';

/** flag: the command line · env: an environment variable · file: config.yaml · default: nobody said anything */
export type SettingSource = 'flag' | 'env' | 'file' | 'default';

export interface SettingRow {
  /** As in config.yaml: `store.keep.content`. */
  name: string;
  /** In words; absent: nothing is set. */
  value?: string;
  source: SettingSource;
  /** The variable, the file. */
  from?: string;
}

export interface DestinationSettings {
  name: string;
  type: string;
  preset?: string;
  /** Without user information and query. */
  endpoint?: string;
  dialect: string;
  content: string;
  trace: string;
  /** Names of headers; their values are secrets. */
  headers: string[];
  /** Secrets it refers to that are not there: names of variables, paths of files. */
  missingSecrets: string[];
}

export interface SettingsAnswer extends Timed {
  version: string;
  node: string;
  platform: string;
  /** Files and folders of the home. */
  paths: { name: string; path: string }[];
  settings: SettingRow[];
  destinations: DestinationSettings[];
  agents: { agent: string; title: string; present: boolean; installedIn: string[] }[];
  /** What is wrong with the configuration, with file and line. */
  problems: { code: string; detail: string }[];
}
