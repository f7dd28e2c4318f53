/** Attributes of the user's own, as config.yaml names them. */
import type { Entry } from './destination/entry.ts';

export type AttributeMap = Record<string, string | number | boolean>;

/** On a span these would be taken for the agent's own numbers and names, and summed with them. */
const RESERVED = /^(?:(?:gen_ai|llm|openinference|spoor)\..*|session\.id|user\.id|service\.name|error\.type)$/;

/** The names and values under a key; undefined where none is said. What may not stand there is told and left out. */
export function toAttributeMap(entry: Entry, key: string): AttributeMap | undefined {
  const value = entry.fields[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    entry.tell(key, `"${key}" must be names with values`);
    return undefined;
  }
  const attributes: AttributeMap = {};
  for (const [name, item] of Object.entries(value)) {
    if (RESERVED.test(name)) entry.tell([key, name], `attribute "${name}" is left out: the name is one that spoor writes itself`);
    else if (name !== '' && (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean')) attributes[name] = item;
    else entry.tell([key, name], `attribute "${name}" must be a text, a number, true or false`);
  }
  return attributes;
}
