/**
 * Plants marks and secrets into whatever an agent writes: every prose text gets a mark of its own and a secret, every path of a tool another
 * mark, some texts an e-mail address. Equal texts get equal marks, so that hooks and history still tell one session. Deterministic.
 */

/** The secrets are made here, letter by letter: no file holds one. */
const ALPHABET = 'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8cF0';

/** Letters and digits that no other seed has. */
function noise(seed: number, length: number, alphabet = ALPHABET): string {
  let state = (seed + 1) * 2_654_435_761;
  return Array.from({ length }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return alphabet[state % alphabet.length];
  }).join('');
}

type Shape = (seed: number) => { text: string; secret: string };

/** A vendor's own form: the whole of it is the secret. */
const own = (prefix: string, length: number, alphabet?: string): Shape => (seed) => {
  const secret = prefix + noise(seed, length, alphabet);
  return { text: secret, secret };
};
/** A secret because of the word before it. */
const named = (before: string, after = '', length = 20): Shape => (seed) => {
  const secret = noise(seed, length);
  return { text: before + secret + after, secret };
};

const HEX = '0123456789abcdef';
const CAPITALS = 'ABCDEFGHJKLMNPQRSTUVWXYZ234567';

/** Every kind that `processors/secret-patterns.ts` and its neighbours know. */
export const SHAPES: readonly Shape[] = [
  own('AKIA', 16, CAPITALS), own('ghp_', 36), own('github_pat_', 60), own('glpat-', 20), own('xoxb-1234567890-', 24), own('xapp-1-', 24), own('npm_', 36), own('pypi-AgEIcHlwaS5vcmc', 60),
  own('sk_live_', 24), own('whsec_', 32), own('AIza', 35), own('ya29.', 60), own('GOCSPX-', 28), own('sk-ant-api03-', 80), own('sk-proj-', 40), own('sk-or-v1-', 48), own('sk-', 48), own('hf_', 34), own('gsk_', 52),
  own('xai-', 70), own('dop_v1_', 64, HEX), own('dapi', 32, HEX), own('dckr_pat_', 27), own('hvs.', 40), own('lin_api_', 40), own('shpat_', 32, HEX),
  named('https://hooks.slack.com/services/T0000/B0000/', '', 24), named('AWS_SECRET_ACCESS_KEY=', '', 40), named('DB_PASSWORD='), named('password: '), named('postgres://app:', '@db.internal:5432/app'),
  named('Authorization: Bearer ', '', 30), named('curl -u admin:', ' https://x.example'), named('tool --token '), named('X-Api-Key: '), named('https://x.example/y?access_token=', '&z=1'), named('client_secret: "', '"'),
  (seed) => {
    const secret = `ey${'JhbGciOiJIUzI1NiJ9'}.ey${'J'}${noise(seed, 30)}.${noise(seed + 7_000, 43)}`;
    return { text: `cookie: session=${secret}; a=b`, secret };
  },
  (seed) => {
    const secret = noise(seed, 64);
    return { text: `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${secret}\n-----END RSA ${'PRIVATE'} KEY-----`, secret };
  },
];

export interface Planter {
  /** Any JSON value → the same with marks and secrets in its texts. */
  plant<T>(value: T): T;
  marks: Set<string>;
  secrets: Set<string>;
  emails: Set<string>;
}

/** Of a tool's own arguments. What says where a session's files stand is left alone. */
const PATH_KEY = /^(?:file_?path|filePath|path|absolute_path|target_file|dir_path|notebook_path|relative_workspace_path|url|uri)$/;
const PATH = /^[^\s{[<]*[/.][^\s{[<]*$/;
/** Keys whose texts name something or find it again. */
const NAMING_KEY = /(?:^|_)(?:id|ids|uuid|cwd|name|type|status|version|model|timestamp|time|at|date|kind|role|transcript|folder|dir|directory|workspace|root|hash|branch|message_id|stop_reason|rawCommand)$|Id$|Path$|At$|Uuid$|Name$|Type$/i;

/** `seed`: no two planters of a test may have numbers in common; thousands lie between them. */
export function createPlanter(seed: number): Planter {
  const known = new Map<string, string>();
  const marks = new Set<string>();
  const secrets = new Set<string>();
  const emails = new Set<string>();
  let count = 0;
  const markOf = (letter: string): string => {
    const mark = `${letter}q${String(seed + ++count).padStart(6, '0')}zz`;
    marks.add(mark);
    return mark;
  };
  const remember = (text: string, make: () => string): string => {
    const planted = known.get(text) ?? make();
    known.set(text, planted);
    known.set(planted, planted);
    return planted;
  };
  const plantProse = (text: string): string => remember(text, () => {
    const { text: told, secret } = (SHAPES[count % SHAPES.length] ?? own('ghp_', 36))(seed + count);
    secrets.add(secret);
    const email = count % 3 === 0 ? ` from ann.${seed + count}@pond-mail.example` : '';
    if (email) emails.add(email.slice(6));
    return `${text} ${markOf('m')}${email} ${told}`;
  });
  const plantPath = (path: string): string => remember(`path:${path}`, () => path.replace(/[^/]*$/, (last) => `${markOf('p')}/${last}`));
  const plantText = (text: string, key: string): string => {
    if (marks.size > 0 && /[mp]q\d{6}zz/.test(text)) return text;
    if (/^\s*[[{]/.test(text)) return plantJson(text);
    if (PATH_KEY.test(key) && PATH.test(text)) return plantPath(text);
    const isProse = key === 'command' || key === 'prompt' || (!NAMING_KEY.test(key) && /[A-Za-z]{2,} +\S*[A-Za-z]{2,}/.test(text) && !/^[<#/[]/.test(text));
    return isProse && text !== '' ? plantProse(text) : text;
  };
  const plantJson = (text: string): string => {
    try {
      return JSON.stringify(walk(JSON.parse(text), ''));
    } catch {
      return text;
    }
  };
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return plantText(value, key);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item: unknown) => walk(item, key));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name)]));
  };
  return { plant: (value) => walk(value, '') as typeof value, marks, secrets, emails };
}
