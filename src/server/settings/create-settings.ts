/** What holds for this home: the configuration with where each value comes from, destinations, agents, paths. */
import type { Agent, AgentEnvironment } from '../../agents/agent.ts';
import { loadConfig } from '../../config/config.ts';
import type { DestinationSetting } from '../../config/destination/destination-setting.ts';
import type { Home } from '../../config/home.ts';
import { listSettings } from '../../config/list-settings.ts';
import { findMissingSecrets } from '../../config/missing-secrets.ts';
import type { DestinationSettings, SettingRow, SettingsAnswer } from '../../query/api/settings.ts';
import { toPlainUrl } from '../plain-url.ts';

export interface SettingsOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  hookCommandOf(agent: Agent): string;
  version: string;
  /** What the command line that serves said: `port`. */
  flags: readonly SettingRow[];
}

/** As it is now: the file is read anew. Never throws. */
export function readSettings({ home, environment, agents, hookCommandOf, version, flags }: SettingsOptions): Omit<SettingsAnswer, 'queryMillis'> {
  const { value, problems } = loadConfig(home, environment);
  return {
    version,
    node: process.version,
    platform: environment.platform,
    paths: [['home', home.root], ['configuration', home.configFile], ['store', home.database], ['spool', home.spool], ['hooks', home.hooks], ['backups', home.backups], ['logs', home.logs]].map(([name = '', path = '']) => ({ name, path })),
    settings: [...listSettings(home, environment), ...flags],
    destinations: value.destinations.map((setting) => toDestination(setting, environment)),
    agents: agents.map((agent) => ({
      agent: agent.id,
      title: agent.title,
      present: agent.installer?.isPresent(environment) ?? false,
      installedIn: agent.installer?.installedIn(environment, hookCommandOf(agent)) ?? [],
    })),
    problems: problems.map(({ code, detail }) => ({ code, detail })),
  };
}

function toDestination(setting: DestinationSetting, environment: AgentEnvironment): DestinationSettings {
  const { name, exporter, preset, url, path, dialect, sharing, trace, headers, templates } = setting;
  const endpoint = url === undefined ? path : toPlainUrl(url);
  return {
    name, type: exporter,
    ...(preset === undefined ? {} : { preset }),
    ...(endpoint === undefined ? {} : { endpoint }),
    dialect, trace: trace ?? 'turn',
    content: Object.entries(sharing.content).map(([kind, level]) => `${kind}: ${level}`).join(', '),
    headers: [...new Set([...Object.keys(templates ?? {}), ...Object.keys(headers)])],
    missingSecrets: findMissingSecrets(setting, environment),
  };
}
