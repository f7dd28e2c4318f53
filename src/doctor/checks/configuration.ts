/** config.yaml: is it there, can it be used; and which project and user the traces get, and from where. */
import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/config.ts';
import type { Finding } from '../../core/finding.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { toCount } from '../words.ts';
import type { Check } from './check.ts';

export const configCheck: Check = {
  name: 'config',
  run({ home, config }) {
    const name = home.configFile;
    if (config.problems.length > 0) return config.problems.map(({ detail }): Finding => ({ check: 'config', state: 'broken', seen: `${home.root}/${detail}`, next: `mend ${name}` }));
    const { destinations } = config.value;
    const next = 'spoor install --to URL';
    if (!existsSync(name)) return [{ check: 'config', state: 'ok', seen: `there is no ${name}, and none is needed: traces stay in the store, nothing leaves this machine; to send them too:`, next }];
    if (destinations.length === 0) return [{ check: 'config', state: 'ok', seen: `${name} is well, and names no destination: nothing leaves this machine; to send traces:`, next }];
    return [{ check: 'config', state: 'ok', seen: `${name} is well: ${toCount(destinations.length, 'destination')} (${destinations.map((one) => one.name).join(', ')})` }];
  },
};

export const projectCheck: Check = {
  name: 'project',
  run(context) {
    const file = withoutEnvironment(context);
    const setting = 'spoor install --to URL --project NAME, or export SPOOR_PROJECT=NAME';
    const told = context.config.value.destinations.map(({ name, project, serviceName }): { name: string; what: string } => {
      const inFile = file.destinations.find((one) => one.name === name)?.project;
      if (project === undefined) return { name, what: `no project is named (the default): traces stand under their service name, ${serviceName === undefined ? "their agent's id" : `"${serviceName}"`}` };
      const from = project !== inFile ? 'from SPOOR_PROJECT, for sessions started in this shell' : inFile === file.project ? '"project" of config.yaml' : 'its own "project" in config.yaml';
      return { name, what: `traces belong to the project "${project}" (${from})` };
    });
    return [...Map.groupBy(told, ({ what }) => what)].map(([what, all]): Finding => ({ check: 'project', state: 'ok', seen: `${all.map(({ name }) => name).join(', ')}: ${what}; to change it:`, next: setting }));
  },
};

export const userCheck: Check = {
  name: 'user',
  run(context) {
    const { userId } = context.config.value;
    const setting = 'spoor install --user-id ID, or export SPOOR_USER_ID=ID';
    if (userId === undefined) return [{ check: 'user', state: 'ok', seen: 'no user id is set: spans carry no user.id; to set one:', next: setting }];
    const from = withoutEnvironment(context).userId === userId ? '"userId" of config.yaml' : 'from SPOOR_USER_ID, for sessions started in this shell';
    return [{ check: 'user', state: 'ok', seen: `spans carry the user id "${userId}" (${from})` }];
  },
};

function withoutEnvironment({ home, environment }: DoctorContext): ReturnType<typeof loadConfig>['value'] {
  return loadConfig(home, { ...environment, env: {} }).value;
}
