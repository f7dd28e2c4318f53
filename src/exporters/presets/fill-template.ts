/** A header of a preset, with what is needed in its places. Pure. */

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;
const BASE64 = /base64\((.*)\)$/s;

/** The keys that a template has places for. */
export function listPlaceholders(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, key]) => key ?? '');
}

/** `Basic base64({keyId}:{apiKey})` → the header's value. Values are taken as they are. */
export function fillTemplate(template: string, valueOf: (key: string) => string): string {
  const parts = template.split(BASE64);
  const fill = (text: string): string => text.replaceAll(PLACEHOLDER, (_all, key: string) => valueOf(key));
  const [before = '', encoded] = parts;
  return encoded === undefined ? fill(before) : fill(before) + Buffer.from(fill(encoded), 'utf8').toString('base64');
}
