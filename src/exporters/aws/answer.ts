/**
 * What AWS's own errors mean: https://docs.aws.amazon.com/xray/latest/api/CommonErrors.html. Some of them come as 400, which OTLP takes for
 * a batch that can never succeed; those that a person or time can heal are tried again.
 */
import type { ExportResult } from '../exporter.ts';
import type { HttpAnswer } from '../otlp-http-answer.ts';
import { toShellWord } from './fault.ts';

export interface AwsAnswer {
  /** Retryable by its type; undefined: its status alone counts. */
  advice?: string;
  /** The credentials are not good any more. */
  isStale: boolean;
  /** They are good, and may not do this. */
  isDenied: boolean;
}

const MEANINGS: readonly [RegExp, { advice: (profileFlag: string) => string; isStale?: true; isDenied?: true }][] = [
  [/^(?:ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidToken|TokenRefreshRequired)/i, { advice: (flag) => `the AWS credentials have expired or are not known there: renew them, for example with \`aws sso login${flag}\``, isStale: true }],
  [/^(?:AccessDenied|NotAuthorized|UnauthorizedOperation|OptInRequired)/i, { advice: () => 'the identity may not write spans: give it the policy AWSXrayWriteOnlyAccess', isDenied: true }],
  [/^(?:RequestExpired|RequestTimeTooSkewed|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken)/i, { advice: () => 'the signature was not accepted: look at the clock of this machine, and at "region"', isStale: true }],
  [/^(?:Throttling|TooManyRequests|RequestLimitExceeded|ServiceUnavailable|InternalFailure)/i, { advice: () => 'it is asked too often just now' }],
];

/** What the error of an answer means; an answer without one means nothing. Never throws. */
export function readAwsAnswer(answer: HttpAnswer, profile?: string): AwsAnswer {
  const type = findErrorType(answer);
  const meaning = answer.status >= 400 && type !== undefined ? MEANINGS.find(([pattern]) => pattern.test(type))?.[1] : undefined;
  // A 403 that nobody explains may be about credentials: looking them up again costs little.
  if (!meaning) return { isStale: answer.status === 401 || answer.status === 403, isDenied: false };
  return { advice: meaning.advice(profile === undefined ? '' : ` --profile ${toShellWord(profile)}`), isStale: meaning.isStale ?? false, isDenied: meaning.isDenied ?? false };
}

/** The result of an answer, healed of what OTLP's statuses cannot tell. */
export function toAwsResult(result: ExportResult, { advice }: AwsAnswer): ExportResult {
  if (advice === undefined || result.status === 'success') return result;
  const message = `${result.message.replace(/\.$/, '').replace(/ \(the key [^)]*\)/, '')}; ${advice}.`;
  return { status: 'retryable', message, ...(result.status === 'retryable' && result.retryAfterMillis !== undefined ? { retryAfterMillis: result.retryAfterMillis } : {}) };
}

/** `ExpiredTokenException:http://…` in a header, or `{"__type": "com.amazon…#ExpiredTokenException"}`. */
function findErrorType({ headers, body }: HttpAnswer): string | undefined {
  const header = headers['x-amzn-errortype'];
  if (typeof header === 'string') return header.split(':')[0];
  const told = /"(?:__type|code|Code)"\s*:\s*"([^"]{1,200})"|<Code>([^<]{1,200})<\/Code>/.exec(body.subarray(0, 4096).toString('utf8'));
  return (told?.[1] ?? told?.[2])?.split('#').at(-1);
}
