/**
 * Secrets that are recognised by their own look, whatever stands around them. Prefixes and lengths are the vendors' published
 * token formats. A pattern is literal text and the least number of characters after it; what follows of the same class is
 * added by `endOfRun`. So every pattern costs a bounded number of steps wherever it is tried.
 */
import { ALPHANUMERIC, BASE64, BASE64_URL, createCharClass, type CharClass } from './char-run.ts';

export interface SecretPattern {
  /** Stands in `[redacted:<kind>]`. */
  kind: string;
  /** With the flag `g`, of bounded length. */
  pattern: RegExp;
  /** What may follow and belongs to it; absent: its length is fixed. */
  rest?: CharClass;
  /** What must not stand before it. `word`: a letter or digit. `base64`: anything of a base64 text. `none`: it brings its own sign. */
  boundary: 'word' | 'base64' | 'none';
  /** Must hold a digit: tells a token from words joined by dashes. */
  needsDigit?: boolean;
}

type Traits = Omit<SecretPattern, 'kind' | 'pattern' | 'boundary'> & { boundary?: SecretPattern['boundary'] };
const secret = (kind: string, pattern: RegExp, traits: Traits = {}): SecretPattern => ({ kind, pattern, boundary: 'word', ...traits });

const PLAIN: Traits = { rest: ALPHANUMERIC };
const DASHED: Traits = { rest: BASE64_URL };
const PLAIN_DIGIT: Traits = { rest: ALPHANUMERIC, needsDigit: true };
const DASHED_DIGIT: Traits = { rest: BASE64_URL, needsDigit: true };
const PERCENT_ENCODED = createCharClass('%+/=');

/** In order: a longer prefix stands before the shorter one that it begins with. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  secret('aws-access-key-id', /A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9+/])/g, { boundary: 'base64' }),
  secret('github-token', /gh[opsur]_[A-Za-z0-9]{36}/g, PLAIN),
  secret('github-token', /github_pat_[A-Za-z0-9_]{22}/g, DASHED),
  secret('gitlab-token', /gl(?:pat|dt|rt|ptt|ft|imt|agent|soat|cbt|oas)-[A-Za-z0-9_-]{20}/g, DASHED),
  secret('slack-token', /xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10}/g, DASHED_DIGIT),
  secret('slack-token', /xapp-[0-9]-[A-Za-z0-9-]{10}/g, DASHED),
  secret('slack-webhook', /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9_/]{20}/g, { rest: BASE64 }),
  secret('npm-token', /npm_[A-Za-z0-9]{36}/g, PLAIN),
  secret('pypi-token', /pypi-[A-Za-z0-9_-]{50}/g, DASHED),
  secret('stripe-key', /[rs]k_(?:live|test)_[A-Za-z0-9]{16}/g, PLAIN),
  secret('stripe-key', /whsec_[A-Za-z0-9+/]{24}/g, { rest: BASE64 }),
  secret('google-api-key', /AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g, { boundary: 'base64' }),
  secret('google-token', /ya29\.[A-Za-z0-9_-]{20}/g, { rest: createCharClass('_-.') }),
  secret('google-token', /GOCSPX-[A-Za-z0-9_-]{24}/g, DASHED),
  secret('anthropic-key', /sk-ant-[A-Za-z0-9_-]{20}/g, DASHED_DIGIT),
  secret('openai-key', /sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20}/g, DASHED_DIGIT),
  secret('openrouter-key', /sk-or-v1-[A-Za-z0-9]{32}/g, PLAIN),
  secret('langfuse-key', /[ps]k-lf-[a-f0-9-]{30}/g, DASHED_DIGIT),
  secret('openai-key', /sk-[A-Za-z0-9]{32}/g, PLAIN_DIGIT),
  secret('huggingface-token', /hf_[A-Za-z0-9]{30}/g, PLAIN_DIGIT),
  secret('groq-key', /gsk_[A-Za-z0-9]{40}/g, PLAIN_DIGIT),
  secret('xai-key', /xai-[A-Za-z0-9]{60}/g, PLAIN_DIGIT),
  secret('sendgrid-key', /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g, { needsDigit: true }),
  secret('digitalocean-token', /do[opr]_v1_[a-f0-9]{64}/g, PLAIN),
  secret('databricks-token', /dapi[a-f0-9]{32}(?![A-Za-z0-9])/g, { needsDigit: true }),
  secret('docker-token', /dckr_[op]at_[A-Za-z0-9_-]{20}/g, DASHED),
  secret('vault-token', /hv[brs]\.[A-Za-z0-9_-]{24}/g, DASHED_DIGIT),
  secret('grafana-token', /glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/g, PLAIN),
  secret('linear-key', /lin_(?:api|oauth)_[A-Za-z0-9]{32}/g, PLAIN),
  secret('shopify-token', /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g, PLAIN),
  secret('age-key', /AGE-SECRET-KEY-1[A-Z0-9]{58}/g),
  // The bot's id, 8 to 10 digits, stands before it and is no secret.
  secret('telegram-token', /:AA(?<=[0-9]{8}:AA)[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g, { boundary: 'none' }),
  secret('azure-sas', /[?&]sig=[A-Za-z0-9%+/=]{40}/g, { boundary: 'none', rest: PERCENT_ENCODED }),
];

/** Matches wherever any of them does: most texts hold none, and one walk tells that in a third of the time of all. */
export const ANY_SECRET_PATTERN = new RegExp(SECRET_PATTERNS.map(({ pattern }) => pattern.source).join('|'));

/**
 * Whether a secret may begin at this place. An escape before it is no part of it: `\n`, `\u0022`, `%20` and a colour code of a
 * terminal end in letters or digits that belong to the escape.
 */
export function isTokenStart(text: string, index: number, boundary: SecretPattern['boundary']): boolean {
  if (index === 0 || boundary === 'none') return true;
  const before = text[index - 1] ?? '';
  if (!(boundary === 'word' ? /[A-Za-z0-9]/ : /[A-Za-z0-9+/_-]/).test(before)) return true;
  return /(?:\\[nrtfb]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\x1b\[[0-9;]{0,12}m)$/.test(text.slice(Math.max(0, index - 16), index));
}
