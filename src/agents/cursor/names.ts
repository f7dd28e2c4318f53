/** Names that several files of this room share. */

export const AGENT = 'cursor';

/** Prefix of the attributes that only Cursor has. */
export const PREFIX = 'cursor.';

/** Foreign text → the same in quotes where it is a plain name, else what it is instead: details of problems carry no content. */
export function toName(value: unknown): string {
  if (typeof value === 'string') return /^[A-Za-z][A-Za-z._-]{0,39}$/.test(value) ? `"${value}"` : '(no plain name)';
  return value === undefined ? '(absent)' : `(${value === null ? 'null' : typeof value})`;
}
