/**
 * Secrets that are known by the name they are assigned to: `password = …`, `"api_key": "…"`, `<token>…</token>`, `--token …`.
 * The name alone is not enough: what stands there must look like a secret and not like code, a type, a path or a reference.
 */

/** How a value stands in its text. `tight`: `NAME=value` without spaces. `loose`: `name: value`, `name = value`. */
type Form = 'quoted' | 'tight' | 'loose';

interface SecretName {
  kind: string;
  isPassword: boolean;
  /** `pass` is also what tests do. */
  isShort?: boolean;
}

interface Place {
  form: Form;
  start: number;
  end: number;
  /** What the value is made of, sticky: a long one is read on only when it is a secret. */
  content: RegExp;
}

const NAMES = /passphrase|password|passwd|pass|pwd|secret|token|credentials?|_auth|(?:api|access|account|private|signing|encryption|auth|license)[_-]?key/gi;
/** Names that end like a secret and are none: places in lists, words of a tokenizer, request ids. */
const HARMLESS_NAMES =
  /(?:next|prev|previous|page|paging|continuation|pagination|start|end|eos|bos|pad|unk|sep|cls|mask|stop|special|sync|delta|cancel|cancellation|resume|client|clientrequest|idempotency|publickey)token$/;
/** The end of the name, a quote that closes it, the sign. `==`, `===` and `=~` compare. */
const AFTER_NAME = /_?[0-9]{0,2}(?<quote>\\{0,7}["'`])?\]?(?<gap>[ \t]{0,8})(?<sign>=>|:=|[:=>])(?![=~:])(?<space>[ \t]{0,8})/y;
/** With what `AFTER_NAME` and `FLAG_SPACE` can begin, by code: most names in code end otherwise. */
const BEHIND_NAME = new Uint8Array(128);
for (const sign of '_0123456789\\"\'`] \t=:>') BEHIND_NAME[sign.charCodeAt(0)] = 1;
const FLAG_SPACE = /[ \t]{1,4}(?!-)/y;
const OPENING_QUOTE = /[bfrBFR]{0,2}(?<quote>\\{0,7}["'`])/y;
/** A `"` that ends a JSON text ends a value in other quotes, too: the quote that opened it may have been a closing one. */
const QUOTED = {
  '"': /(?:[^"\\\r\n]|\\[^\r\n]){0,4096}/y,
  "'": /(?:[^'"\\\r\n]|"(?![ \t]{0,4}[,:}\]])|\\[^\r\n]){0,4096}/y,
  '`': /(?:[^`"\\\r\n]|"(?![ \t]{0,4}[,:}\]])|\\[^\r\n]){0,4096}/y,
};
/** Inside an escaped quote (JSON in JSON) the next backslash ends the value; without a closing quote any quote does. */
const ESCAPED_QUOTED = /[^"'`\\\r\n]{0,4096}/y;
const BARE = /[^\s"'`,;&<>(){}[\]|\\]{1,200}/y;
const ELEMENT = /[^<>\r\n]{1,512}/y;

/** Replaces every value that stands under a secret's name. `count` is told of each. */
export function replaceAssigned(text: string, count: () => void): string {
  let result = '';
  let done = 0;
  NAMES.lastIndex = 0;
  for (let hit = NAMES.exec(text); hit; hit = NAMES.exec(text)) {
    if (BEHIND_NAME[text.charCodeAt(hit.index + hit[0].length)] !== 1) continue;
    const name = toSecretName(text.slice(Math.max(done, hit.index - 40), hit.index + hit[0].length));
    const place = name && findValue(text, hit.index, hit.index + hit[0].length);
    if (!name || !place || !isSecretValue(name, text.slice(place.start, place.end), place.form, contextOf(text, hit.index, place))) continue;
    for (let end = endOf(place.content, text, place.end); end > place.end; end = endOf(place.content, text, end)) place.end = end;
    result += `${text.slice(done, place.start)}[redacted:${name.kind}]`;
    done = place.end;
    NAMES.lastIndex = done;
    count();
  }
  return done === 0 ? text : result + text.slice(done);
}

/** Whether this value of a property of this name is a secret; then its kind. */
export function findSecretProperty(name: string, value: string): string | undefined {
  const known = toSecretName(name.replace(/_?[0-9]{1,2}$/, ''));
  return known && isSecretValue(known, value, 'quoted', { next: '', isLine: false, isUpper: false }) ? known.kind : undefined;
}

function toSecretName(text: string): SecretName | undefined {
  // The kind of a secret that was taken out before.
  if (/\[redacted:[a-z-]*$/.test(text)) return undefined;
  const name = /[A-Za-z0-9_.-]*$/.exec(text)?.[0] ?? '';
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const word = /(passphrase|password|passwd|pass|pwd|secret|token|credentials?|(?:^|_)auth|key)$/.exec(name.toLowerCase())?.[1];
  if (!word || HARMLESS_NAMES.test(plain) || (word.endsWith('auth') && plain !== 'auth')) return undefined;
  if (word === 'pass' && !/(?:^|[_.-])pass$/i.test(name)) return undefined;
  if (word === 'key') {
    const key = /(api|access|account|private|signing|encryption|auth|license)[_-]?key$/i.exec(name)?.[1]?.toLowerCase();
    return key ? { kind: `${key}-key`, isPassword: false } : undefined;
  }
  if (word.startsWith('pass') || word === 'pwd') return { kind: 'password', isPassword: true, isShort: word === 'pass' };
  return { kind: word === 'secret' || word === 'token' ? word : 'credential', isPassword: false };
}

function findValue(text: string, nameStart: number, nameEnd: number): Place | undefined {
  AFTER_NAME.lastIndex = nameEnd;
  const sign = AFTER_NAME.exec(text);
  if (!sign?.groups) return findFlagValue(text, nameStart, nameEnd);
  const start = AFTER_NAME.lastIndex;
  if (sign.groups.sign === '>') {
    return findElement(text, nameStart, start);
  }
  const quoted = findQuoted(text, start);
  if (quoted) return quoted;
  // A name in quotes is JSON: what stands there without quotes is a number, a word or a structure.
  if (sign.groups.quote) return undefined;
  const form = sign.groups.gap === '' && sign.groups.space === '' && sign.groups.sign === '=' ? 'tight' : 'loose';
  const end = endOf(BARE, text, start);
  return end > start ? { form, start, end, content: BARE } : undefined;
}

function findFlagValue(text: string, nameStart: number, nameEnd: number): Place | undefined {
  if (!/--[A-Za-z0-9-]*$/.test(text.slice(Math.max(0, nameStart - 40), nameStart))) return undefined;
  const start = endOf(FLAG_SPACE, text, nameEnd);
  if (start === nameEnd) return undefined;
  const end = endOf(BARE, text, start);
  return findQuoted(text, start) ?? (end > start ? { form: 'loose', start, end, content: BARE } : undefined);
}

function findQuoted(text: string, at: number): Place | undefined {
  OPENING_QUOTE.lastIndex = at;
  const quote = OPENING_QUOTE.exec(text)?.groups?.quote;
  if (!quote) return undefined;
  const start = OPENING_QUOTE.lastIndex;
  const plain = quote.length > 1 ? ESCAPED_QUOTED : QUOTED[quote as keyof typeof QUOTED];
  const content = text[endOf(plain, text, start)] === quote ? plain : ESCAPED_QUOTED;
  return { form: 'quoted', start, end: endOf(content, text, start), content };
}

/** `<password>…</`. */
function findElement(text: string, nameStart: number, start: number): Place | undefined {
  if (!/<[A-Za-z0-9_.:-]{0,40}$/.test(text.slice(Math.max(0, nameStart - 42), nameStart))) return undefined;
  const end = endOf(ELEMENT, text, start);
  return text.startsWith('</', end) ? { form: 'quoted', start, end, content: ELEMENT } : undefined;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

interface Context {
  /** The character behind the value. */
  next: string;
  /** The name begins its line and the value ends it: a settings file rather than code. */
  isLine: boolean;
  /** `NAME=…`: an environment variable. */
  isUpper: boolean;
}

function contextOf(text: string, nameStart: number, place: Place): Context {
  const before = text.slice(Math.max(0, nameStart - 60), nameStart);
  const after = text.slice(place.end, place.end + 2);
  return {
    next: after[0] ?? '',
    isLine: /(?:^|\n|\\n)[ \t]*(?:- )?[A-Za-z0-9_.-]*$/.test(before) && /^(?:$|[\r\n]|\\[nr]|[ \t]$)/.test(after),
    isUpper: /^[A-Z0-9_]+$/.test(text.slice(nameStart, nameStart + 4)),
  };
}

/** Words that stand for a value instead of being one: types, blanks, what a form shows. */
const WORDS =
  /^(?:str(?:ing)?|secretstr(?:ing)?|number|int(?:eger)?|bool(?:ean)?|bytes|object|any|unknown|never|void|null|nil|none|undefined|true|false|yes|no|on|off|optional|required|text|hidden|password|passwd|pwd|passphrase|secret|token|bearer|basic|key|value|default|auto|self|this|prompt|plain(?:text)?|enabled|disabled|missing|invalid|empty|redacted|changed|input|output)$/i;
/** References and blanks: `$NAME`, `%NAME%`, `<your token>`, `{{ name }}`, `!Ref`, `***`, `...`, `env:NAME`, `arn:…`, `op://…`, a URL. */
const REFERENCE = /^(?:[$<{]|#\{|%[^%]*%$|%[sd(]|![A-Za-z:]+$|\*{2,}|\.{2,}|x{3,}$|-+$|(?:env|file|vault|ssm|arn|sm|secret|secrets|ref|op):|[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\/)/i;
const FILE_PATH = /^(?:~|\.{1,2})?\/(?:[\w.-]+\/)*[\w-]*(?:\.[\w-]{1,10})?$/;
/** What stands in code where a value is described: parts of a regular expression, places of a format, another name. */
const DESCRIPTION = /\(\?|\[\^|%[sd]|[a-z](?:Password|Passphrase|Token|Secret)$|^[:=]/;
const NAME_ONLY = /^[A-Za-z_$][A-Za-z_$]*$/;
const DOTTED_NAME = /^[A-Za-z_$][\w$]*[?!]?(?:(?:\.|->|::)[A-Za-z_$][\w$]*[?!]?)+$/;
const WORDS_JOINED = /^[A-Za-z]+(?:[-_./: ]+[A-Za-z]+)*[.:!?]?$/;

function isSecretValue(name: SecretName, value: string, form: Form, context: Context): boolean {
  if (!/[\p{L}\p{N}]/u.test(value) || value.includes('[redacted:')) return false;
  if (REFERENCE.test(value) || WORDS.test(value) || DESCRIPTION.test(value)) return false;
  if (FILE_PATH.test(value) && (value.length < 30 || value.includes('.') || value.split('/').length > 4)) return false;
  if (form !== 'quoted' && isCode(value, form, context)) return false;
  if (name.isShort && form === 'loose') return false;
  return name.isPassword ? isPasswordLike(value, form, context) : isTokenLike(value, form, context);
}

function isCode(value: string, form: Form, context: Context): boolean {
  if (context.next === '(' || context.next === '[' || context.next === '{') return true;
  if (DOTTED_NAME.test(value) && (form === 'loose' || !/[0-9]/.test(value))) return true;
  return NAME_ONLY.test(value) && /^[,);]$/.test(context.next) && !context.isUpper;
}

function isPasswordLike(value: string, form: Form, context: Context): boolean {
  if (form === 'quoted') return !/\s/.test(value) || /[0-9]/.test(value);
  if (value.length < 3) return false;
  if (!NAME_ONLY.test(value)) return form === 'tight' || value.length >= 4;
  const isName = /pass|pwd|secret|token|key/i.test(value);
  if (form === 'tight') return !isName || context.isUpper;
  return context.isLine && value.length >= 6 && !isName && /^[a-z]+$/.test(value);
}

function isTokenLike(value: string, form: Form, context: Context): boolean {
  if (/\s/.test(value) || WORDS_JOINED.test(value)) return false;
  const hasDigit = /[0-9]/.test(value);
  if (form === 'quoted') return hasDigit ? value.length >= 6 : value.length >= 12 && /[+/=~!@#$%^&*]/.test(value);
  if (!hasDigit || !/[A-Za-z]/.test(value)) return false;
  if (form === 'tight') return value.length >= (context.isUpper ? 6 : 8);
  const isIdentifier = /^[A-Za-z_$][\w$]*$/.test(value);
  return value.length >= 12 && (!isIdentifier || value.replaceAll(/[^0-9]/g, '').length >= 3);
}
