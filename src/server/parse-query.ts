/** A query string → the fields of a question. Pure. What is unknown or wrong is told in a sentence; nothing is guessed. */
import { AnswerError } from './answer-error.ts';

/** Longer values are nobody's name of anything. */
const MAX_TEXT = 2_000;
/** Alternatives of one field. */
const MAX_WORDS = 100;
/** The largest moment that a Date can hold (Unix ms). */
const MAX_MILLIS = 8.64e15;

/** One field: its values as they stand in the query string (one at least) → what the question holds. Throws a sentence's end: `must be …`. */
export type Field<T> = (values: readonly string[]) => T;

/** Fields of a question by their names, which are those of the query string too. */
export type Fields<T> = { readonly [Name in keyof T]-?: Field<NonNullable<T[Name]>> };

class FieldError extends Error {}

/** Several values are alternatives: `agent=kiro&agent=codex`. */
export const words: Field<string[]> = (values) => {
  if (values.length > MAX_WORDS) throw new FieldError(`has more than ${MAX_WORDS} values`);
  return values.map((value) => text([value]));
};

/** One value that may be any text. */
export const text: Field<string> = (values) => {
  const value = only(values);
  if (value.length > MAX_TEXT) throw new FieldError(`is longer than ${MAX_TEXT} characters`);
  return value;
};

/** A moment in Unix ms. */
export const moment: Field<number> = (values) => {
  const value = only(values);
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || Math.abs(number) > MAX_MILLIS) throw new FieldError('must be a moment in milliseconds since 1970');
  return number;
};

/** `true` or `false`. */
export const flag: Field<boolean> = (values) => {
  const value = only(values);
  if (value !== 'true' && value !== 'false') throw new FieldError('must be true or false');
  return value === 'true';
};

/** A whole number in [least, most]. */
export function whole(least: number, most: number): Field<number> {
  return (values) => {
    const value = only(values);
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || number < least || number > most) throw new FieldError(`must be a whole number from ${least} to ${most}`);
    return number;
  };
}

/** One of these words. */
export function oneOf<T extends string>(known: readonly T[]): Field<T> {
  return (values) => {
    const value = only(values);
    const found = known.find((one) => one === value);
    if (found === undefined) throw new FieldError(`must be one of: ${known.join(', ')}`);
    return found;
  };
}

/** Some of these words. */
export function someOf<T extends string>(known: readonly T[]): Field<T[]> {
  const parseOne = oneOf(known);
  return (values) => words(values).map((value) => parseOne([value]));
}

/** A field that holds a query string of its own. */
export function nested<T>(fields: Fields<T>): Field<Partial<T>> {
  return (values) => parseQuery(new URLSearchParams(only(values)), fields);
}

/** The fields that stand in the query string. Throws an `AnswerError` (400) that names the parameter. An empty value counts as none. */
export function parseQuery<T>(search: URLSearchParams, fields: Fields<T>): Partial<T> {
  const parsed: Partial<T> = {};
  for (const name of new Set(search.keys())) {
    if (!Object.hasOwn(fields, name)) throw new AnswerError(400, `There is no parameter "${name.slice(0, 100)}" here.`, `There are: ${Object.keys(fields).join(', ') || 'none'}.`);
    const values = search.getAll(name).filter((value) => value !== '');
    if (values.length > 0) parsed[name as keyof T] = parseField(name, values, fields[name as keyof T]) as T[keyof T];
  }
  return parsed;
}

function parseField<T>(name: string, values: readonly string[], field: Field<T>): T {
  try {
    return field(values);
  } catch (error) {
    if (error instanceof FieldError) throw new AnswerError(400, `"${name}" ${error.message}.`, 'Correct it in the address.');
    throw error;
  }
}

function only(values: readonly string[]): string {
  const [value = ''] = values;
  if (values.length > 1) throw new FieldError('stands there more than once');
  return value;
}
