/** Homes of people whose agent loads plugins, by what is in them. */

export interface PluginPlaces {
  /** The agent's folder below the home. */
  root: string;
  /** Its folder of plugins below that. */
  folder: string;
  /** A file of its data. */
  data: string;
}

export const SCHEMA = '{\n  "$schema": "https://opencode.ai/config.json"\n}\n';

/** [what is there, the files by their paths below the home] */
export function toPluginConfigurations({ root, folder, data }: PluginPlaces): [string, Record<string, string>][] {
  return [
    ['nothing', {}],
    ['a configuration', { [`${root}/opencode.json`]: SCHEMA }],
    ['a configuration with comments', { [`${root}/opencode.jsonc`]: '// mine\n{\n  "model": "a/b", // this one\n}\n' }],
    ['an empty configuration', { [`${root}/opencode.json`]: '' }],
    ['a configuration that is none', { [`${root}/opencode.json`]: '{ "model": ' }],
    ['CRLF', { [`${root}/opencode.json`]: SCHEMA.replaceAll('\n', '\r\n') }],
    ['a byte order mark', { [`${root}/opencode.json`]: `\ufeff${SCHEMA}` }],
    ['no newline at the end', { [`${root}/opencode.json`]: SCHEMA.trimEnd() }],
    ['tabs', { [`${root}/opencode.json`]: SCHEMA.replaceAll('  ', '\t') }],
    ['the configuration of old', { [`${root}/config.json`]: SCHEMA }],
    ['plugins from npm', { [`${root}/opencode.json`]: '{"plugin": ["a-tracer", ["b-tracer", {"verbose": true}]]}' }],
    ["another tracer's plugin", { [`${root}/${folder}/tracer.js`]: 'export const Tracer = async () => ({});\n' }],
    ["another tracer's plugin in the folder's other name", { [`${root}/plugins/tracer.ts`]: 'export const Tracer = async () => ({});\n' }],
    ['a plugin that does not parse', { [`${root}/${folder}/broken.ts`]: 'export const {' }],
    ['a plugin in a folder', { [`${root}/${folder}/big/index.ts`]: 'export default async () => ({});\n' }],
    ['packages of plugins', { [`${root}/package.json`]: '{"dependencies": {"@opencode-ai/plugin": "1.18.33"}}', [`${root}/node_modules/x/index.js`]: '' }],
    ['agents, commands and tools', { [`${root}/agent/owl.md`]: '---\nmode: subagent\n---\nHoot.', [`${root}/command/go.md`]: 'Go.', [`${root}/tool/t.ts`]: 'export default {}' }],
    ['unicode', { [`${root}/opencode.json`]: '{"username": "日本 🦌 \\u00e9 \u2028"}' }],
    ['an empty folder of plugins', { [`${root}/${folder}/.keep`]: '' }],
    ['only data', { [data]: 'x' }],
  ];
}
