/** Attributes of strangers as the JSON that is kept, their secrets scrubbed. */
import type { AttributeValue, Attributes } from '../core/attributes.ts';
import { scrubSecrets } from '../processors/scrub.ts';
import { findSecretProperty } from '../processors/secret-assignments.ts';

/** Texts of this length or less come again and again (methods, hosts, status words). */
const SHORT_LENGTH = 64;
/** About 1 MB of them; then it begins anew. */
const MOST_REMEMBERED = 8192;

interface Key {
  /** As JSON, with its colon. */
  text: string;
  /** What stands under it may be a secret by this name alone. */
  isSuspicious: boolean;
}

/** All names that `findSecretProperty` knows end with one of these words, and perhaps digits. */
const SUSPICIOUS = /(?:pass|phrase|word|wd|secret|token|credentials?|auth|key)[^a-z]*$/i;

/** Only what holds no secret is remembered. */
const cleanKeys = new Map<string, Key>();
const cleanTexts = new Map<string, string>();

/** A map → a JSON object. An integer beyond 2^53 is a string of digits, as NaN and the infinities are strings. */
export function toAttributeJson(attributes: Attributes): string {
  let json = '';
  for (const name in attributes) {
    const value = attributes[name];
    if (value === undefined || value === null) continue;
    const key = toKey(name);
    json += (json === '' ? '{' : ',') + key.text + toValueJson(value, key.isSuspicious ? name : undefined);
  }
  return json === '' ? '{}' : `${json}}`;
}

/** Text → the same text without secrets. */
export function scrubText(text: string): string {
  if (text.length <= SHORT_LENGTH && cleanTexts.has(text)) return text;
  const scrubbed = scrubSecrets(text).text;
  if (scrubbed === text) remember(text);
  return scrubbed;
}

function toKey(name: string): Key {
  const known = cleanKeys.get(name);
  if (known) return known;
  const scrubbed = scrubSecrets(name).text;
  const key: Key = { text: `${JSON.stringify(scrubbed)}:`, isSuspicious: SUSPICIOUS.test(name) };
  if (scrubbed === name && name.length <= SHORT_LENGTH) {
    if (cleanKeys.size >= MOST_REMEMBERED) cleanKeys.clear();
    cleanKeys.set(name, key);
  }
  return key;
}

function toValueJson(value: AttributeValue, suspiciousName: string | undefined): string {
  switch (typeof value) {
    case 'string': return toTextJson(value, suspiciousName);
    case 'boolean': return value ? 'true' : 'false';
    case 'number': return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
    case 'bigint': return value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n ? value.toString() : `"${value}"`;
    default: return `[${value.map((item) => toTextJson(item, suspiciousName)).join(',')}]`;
  }
}

function toTextJson(text: string, suspiciousName: string | undefined): string {
  const kind = suspiciousName === undefined ? undefined : findSecretProperty(suspiciousName, text);
  if (kind) return `"[redacted:${kind}]"`;
  const known = text.length <= SHORT_LENGTH ? cleanTexts.get(text) : undefined;
  if (known !== undefined) return known;
  const scrubbed = scrubSecrets(text).text;
  return scrubbed === text ? remember(text) : JSON.stringify(scrubbed);
}

/** The JSON of a text that holds no secret. */
function remember(text: string): string {
  const json = JSON.stringify(text);
  if (text.length > SHORT_LENGTH) return json;
  if (cleanTexts.size >= MOST_REMEMBERED) cleanTexts.clear();
  cleanTexts.set(text, json);
  return json;
}
