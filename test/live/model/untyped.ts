/** Reading what a program sent, without believing it. */

export type Json = Record<string, unknown>;

/** The object it is, else an empty one. */
export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The objects of the list it is, else none. */
export function asObjects(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** The text it is, else an empty one. */
export function asString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Text of a message whose content is a text, or a list of parts with texts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asObjects(content).map((part) => asString(part.text)).join('\n');
}
