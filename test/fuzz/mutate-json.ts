/** JSON that is almost what an agent writes: a value → text with a few things wrong in it, by its structure or in its bytes. */
import { createRandom, type Random } from './random.ts';

/** Stands in a value where its text is to be written as it is: numbers that JSON knows and JavaScript does not, nesting without end. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const NUMBERS: readonly unknown[] = [
  0, -0, -1, 1.5, 1e21, -1e21, 1e300, -1e300, 1.7976931348623157e308, 5e-324, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, 2 ** 64, 253402300800000, 9_223_372_036_854.9, 8.64e15,
  new Raw('1e999'), new Raw('-1e999'), new Raw('123456789012345678901234567890'), new Raw('0.1e-400'),
];

const TIMES: readonly string[] = [
  '0000-00-00T00:00:00Z', '0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999999999Z', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00.1Z', '2199-12-31T23:59:59.999999999Z', '2200-01-01T00:00:00Z',
  '2262-04-11T23:47:16.854775807Z', '2262-04-11T23:47:16.854775808Z', '9999-12-31T23:59:59.999999999Z', '2026-02-30T25:61:61Z', '2026-01-01T00:00:00+99:99', '2026-01-01',
];

const TEXTS: readonly string[] = [
  '', ' ', '../../../../etc/passwd', '/etc/passwd', '..', '.', 'C:\\windows\\system32', 'a/../../b', '~', '$(touch /tmp/x)', '`id`', "'; DROP TABLE spans; --",
  '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '$n', '$$n', 'null', 'NaN', 'x'.repeat(300), 'ü'.repeat(5000),
  '\u0000', 'a\u0000b', '\ud800', '\udfff\ud800', 'a\ud83d', '\ufeff', '\u2028\u2029', '\u202etxt.exe', '\u001b[31m', '\r\n', '�', '🦌'.repeat(40),
  '@//', '@a/b', 'a___b', '___', 'process:1:2', 'sess_../..', 'subagent_', 'use_subagent',
];

const KEYS: readonly string[] = [
  '__proto__', 'constructor', 'prototype', 'toString', '', '$n', 'hookEventName', 'sessionId', 'session_id', 'tool_name', 'toolName', 'toolInput', 'toolArgs', 'message_id', 'kind', 'type',
  'data', 'Success', 'Error', 'Err', 'Prompt', 'ToolUse', 'Response', 'parent_session_id', 'subSessionId', 'toolCallId', 'timestamp', 'spawns', 'stages', 'subagents', 'operations', '\u0000', '\ud800',
];

type Node = { holder: Record<string, unknown> | unknown[]; key: string | number };

/** A value and a seed of its own → a mutant's text: mostly JSON, sometimes not. The value is not changed. */
export function mutateJson(value: unknown, seed: number): string {
  const random = createRandom(seed);
  const root = { value: structuredClone(value) };
  for (let count = 1 + random.below(3); count > 0; count--) mutateOnce(root, random);
  const text = toText(root.value, random, random.chance(0.1) ? 0.05 : 0);
  return random.chance(0.15) ? spoilText(text, random) : text;
}

function mutateOnce(root: { value: unknown }, random: Random): void {
  const nodes = listNodes(root);
  const { holder, key } = random.pick(nodes);
  const old = (holder as Record<string | number, unknown>)[key];
  const set = (value: unknown): void => defineOwn(holder, key, value);
  if (typeof old === 'string' && /^\d{4}-\d\d-\d\dT/.test(old) && random.chance(0.5)) return set(random.pick(TIMES));
  switch (random.below(8)) {
    case 0:
      return Array.isArray(holder) ? void holder.splice(Number(key), 1) : set(undefined);
    case 1:
      return renameKey(holder, key, random);
    case 2:
      return set(random.pick(NUMBERS));
    case 3:
      return set(random.pick(TEXTS));
    case 4:
      return set(reshape(old, random));
    case 5: {
      const other = random.pick(nodes);
      return set(structuredCloneOf((other.holder as Record<string | number, unknown>)[other.key]));
    }
    case 6:
      if (Array.isArray(old)) return multiply(old, random);
      return set(random.pick([null, true, false, [], {}, [null], [[]], { a: null }]));
    default:
      if (typeof old === 'string') return set(spoilString(old, random));
      if (typeof old === 'number') return set(random.pick([-old, old * 1e15, old / 3, old + 0.5, String(old)]));
      return set(random.pick(TEXTS));
  }
}

/** Every place in a value, the root's own among them. */
function listNodes(root: { value: unknown }): Node[] {
  const nodes: Node[] = [{ holder: root, key: 'value' }];
  for (let next = 0; next < nodes.length; next++) {
    const { holder, key } = nodes[next] as Node;
    const value = (holder as Record<string | number, unknown>)[key];
    if (value === null || typeof value !== 'object' || value instanceof Raw) continue;
    if (Array.isArray(value)) value.forEach((_, index) => nodes.push({ holder: value, key: index }));
    else for (const name of Object.keys(value)) nodes.push({ holder: value as Record<string, unknown>, key: name });
  }
  // The whole is replaced seldom.
  return nodes.length > 1 ? nodes.slice(1) : nodes;
}

/** Also under the names by which an assignment would mean something else. */
function defineOwn(holder: Node['holder'], key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function renameKey(holder: Node['holder'], key: string | number, random: Random): void {
  if (Array.isArray(holder)) return holder.reverse() as unknown as void;
  const value = holder[key];
  if (random.chance(0.5)) delete holder[key];
  const name = String(key);
  const renamed = random.pick([...KEYS, name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1), name.replaceAll('_', ''), `${name}s`]);
  defineOwn(holder, renamed, value);
}

/** The same in another type. */
function reshape(value: unknown, random: Random): unknown {
  return random.pick<() => unknown>([
    () => [structuredCloneOf(value)],
    () => ({ [random.pick(KEYS)]: structuredCloneOf(value) }),
    () => JSON.stringify(value) ?? 'x',
    () => new Raw(nest(random.pick([3, 199, 201, 600, 5000]), random.chance(0.5))),
    () => (Array.isArray(value) ? Object.fromEntries(value.map((item, index) => [String(index), item])) : null),
  ])();
}

function nest(depth: number, isList: boolean): string {
  return isList ? `${'['.repeat(depth)}${']'.repeat(depth)}` : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

function multiply(list: unknown[], random: Random): void {
  if (list.length === 0) return void list.push(null, 1, 'x', {}, []);
  const count = random.pick([1, 2, 60]);
  for (let n = 0; n < count; n++) list.splice(random.below(list.length + 1), 0, structuredCloneOf(list[random.below(list.length)]));
}

function spoilString(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  return random.pick([text.slice(0, at), text + text, text.slice(0, at) + random.pick(TEXTS) + text.slice(at), text.toUpperCase(), `${text} `]);
}

/** Raw pieces survive: `structuredClone` would make plain objects of them. */
function structuredCloneOf(value: unknown): unknown {
  if (value instanceof Raw || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) defineOwn(copy, key, structuredCloneOf(item));
  return copy;
}

/** JSON text. With this probability a key is written twice. */
function toText(value: unknown, random: Random, twice: number): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => toText(item ?? null, random, twice)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .flatMap(([key, item]) => {
      const own = `${JSON.stringify(key)}:${toText(item, random, twice)}`;
      return twice > 0 && random.chance(twice) ? [own, `${JSON.stringify(key)}:${toText(random.pick([...NUMBERS, ...TEXTS]), random, 0)}`] : [own];
    })
    .join(',')}}`;
}

const NOISE: readonly string[] = ['\u0000', '"', '{', ']', ',', '\\', '\\u', '\\ud800', '\ufeff', 'NaN', 'Infinity', '-', '\u0007', '�', '//', "'", '\u00a0', 'undefined'];

/** Text that may no longer be JSON. */
function spoilText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random.below(6));
    case 3:
      return Array.from({ length: 1 + random.below(80) }, () => String.fromCharCode(random.below(random.chance(0.5) ? 256 : 0x10000))).join('');
    default:
      return text.slice(0, at) + random.pick(NOISE) + text.slice(at);
  }
}
