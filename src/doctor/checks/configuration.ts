/** config.yaml: is it there, can it be used; and which project and user the traces get, and from where. */
import { existsSync } from 'node:fs';
import type { Finding } from '../../core/finding.ts';
import type { Destination } from '../../exporters/exporter.ts';
import { SHELL_NAME, type DoctorContext } from '../doctor-context.ts';
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
  run({ config, shell }) {
    const setting = 'spoor install --to URL --project NAME, or export SPOOR_PROJECT=NAME';
    const told = toServed({ config, shell }).map(({ name, project, serviceName }): { name: string; what: string } => {
      if (shell.settings.project !== undefined) return { name, what: `traces of sessions started in this shell belong to the project "${shell.settings.project}" (from a variable of this shell)` };
      if (project === undefined) return { name, what: `no project is named (the default): traces stand under their service name, ${serviceName === undefined ? "their agent's id" : `"${serviceName}"`}` };
      return { name, what: `traces belong to the project "${project}" (${project === config.value.project ? '"project" of config.yaml' : 'its own "project" in config.yaml'})` };
    });
    return [...Map.groupBy(told, ({ what }) => what)].map(([what, all]): Finding => ({ check: 'project', state: 'ok', seen: `${all.map(({ name }) => name).join(', ')}: ${what}; to change it:`, next: setting }));
  },
};

function toServed({ config, shell }: Pick<DoctorContext, 'config' | 'shell'>): Pick<Destination, 'name' | 'project' | 'serviceName'>[] {
  return shell.destination ? [...config.value.destinations, { ...shell.destination, name: SHELL_NAME }] : config.value.destinations;
}

export const userCheck: Check = {
  name: 'user',
  run({ config, shell }) {
    const setting = 'spoor install --user-id ID, or export SPOOR_USER_ID=ID';
    const [own, inFile] = [shell.settings.userId, config.value.userId];
    if (own !== undefined) return [{ check: 'user', state: 'ok', seen: `spans of sessions started in this shell carry the user id "${own}" (from a variable of this shell)` }];
    if (inFile !== undefined) return [{ check: 'user', state: 'ok', seen: `spans carry the user id "${inFile}" ("userId" of config.yaml)` }];
    return [{ check: 'user', state: 'ok', seen: 'no user id is set: spans carry no user.id; to set one:', next: setting }];
  },
};
