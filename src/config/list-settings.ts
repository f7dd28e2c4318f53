/** What of the configuration holds, value by value, and where each comes from. Secrets are never in it. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AgentEnvironment } from '../agents/agent.ts';
import { loadConfig, type Config } from './config.ts';
import type { Home } from './home.ts';
import { parseYaml } from './yaml-file.ts';

/** As in config.yaml; `value` absent: nothing is set. `from`: the variable, or the file. */
export interface ListedSetting {
  name: string;
  value?: string;
  source: 'flag' | 'env' | 'file' | 'default';
  from?: string;
}

/** Never throws: what is wrong with the file is told by `loadConfig`. */
export function listSettings(home: Home, environment: AgentEnvironment): ListedSetting[] {
  const { value } = loadConfig(home, environment);
  const told = readTold(home);
  const file = basename(home.configFile);
  const { env } = environment;
  const list = (name: string, shown: string | undefined, variable?: string): ListedSetting => {
    const isEnv = variable !== undefined && Boolean(env[variable]);
    const source = isEnv ? 'env' : isTold(told, name) ? 'file' : 'default';
    return { name, ...(shown === undefined ? {} : { value: shown }), source, ...(isEnv ? { from: variable } : source === 'file' ? { from: file } : {}) };
  };
  return [
    { name: 'SPOOR_HOME', value: home.root, ...(env.SPOOR_HOME ? { source: 'env', from: 'SPOOR_HOME' } : { source: 'default' }) },
    list('userId', value.userId, 'SPOOR_USER_ID'),
    list('project', value.project, 'SPOOR_PROJECT'),
    list('store.keep.content', toSpan(value.keep.contentMillis)),
    list('store.keep.spans', toSpan(value.keep.spansMillis)),
    list('store.keep.size', value.keep.bytes === undefined ? 'without a limit' : `${value.keep.bytes} bytes`),
    list('exclude', value.exclude?.join(', ')),
    list('attributes', toNames(value.attributes)),
    list('content', toContent(value)),
    list('redact', value.sharing?.redact?.map(({ name }) => name).join(', ')),
    list('hash', value.sharing?.hash?.kinds.join(', ')),
    list('billing', value.billing && Object.entries(value.billing).map(([agent, billing]) => `${agent}: ${billing}`).join(', ')),
  ];
}

/** The file's own words; nothing where it cannot be read. */
function readTold(home: Home): unknown {
  try {
    return parseYaml(readFileSync(home.configFile, 'utf8'), basename(home.configFile)).value;
  } catch {
    return undefined;
  }
}

function isTold(told: unknown, name: string): boolean {
  let place = told;
  for (const key of name.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return false;
    place = (place as Record<string, unknown>)[key];
  }
  return place !== undefined && place !== null;
}

/** Values of attributes are the user's own business. */
function toNames(attributes: object): string | undefined {
  return Object.keys(attributes).join(', ') || undefined;
}

function toContent({ sharing }: Config): string | undefined {
  return sharing?.content && Object.entries(sharing.content).map(([kind, level]) => `${kind}: ${level}`).join(', ');
}

const DAY_MILLIS = 86_400_000;

function toSpan(millis: number | undefined): string {
  if (millis === undefined) return 'forever';
  return millis % DAY_MILLIS === 0 ? `${millis / DAY_MILLIS} days` : `${millis / 3_600_000} hours`;
}
