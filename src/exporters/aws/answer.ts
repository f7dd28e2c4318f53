/**
 * What AWS's own errors mean: https://docs.aws.amazon.com/xray/latest/api/CommonErrors.html. Some of them come as 400, which OTLP takes for
 * a batch that can never succeed; those that a person or time can heal are tried again.
 */
import type { Destination, ExportResult } from '../exporter.ts';
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

interface Meaning {
  /** Of AWS's error, where a header or JSON tells it. */
  type: RegExp;
  /** In the message: X-Ray's OTLP endpoint answers with a google.rpc.Status, which has no type. */
  words: RegExp;
  advice(flags: Flags): string;
  isStale?: true;
  isDenied?: true;
}

/** As AWS's own command takes them, each with a blank before it. */
interface Flags {
  profile: string;
  region: string;
}

const MEANINGS: readonly Meaning[] = [
  {
    type: /^(?:ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidToken|TokenRefreshRequired)/i,
    words: /security token included in the request is (?:expired|invalid)/i,
    advice: ({ profile }) => `the AWS credentials have expired or are not known there: renew them, for example with \`aws sso login${profile}\``,
    isStale: true,
  },
  {
    type: /^TraceSegmentDestination/,
    words: /OTLP API is supported with CloudWatch Logs/i,
    advice: ({ profile, region }) => `Transaction Search is off: run \`aws xray update-trace-segment-destination --destination CloudWatchLogs${region}${profile}\``,
  },
  {
    type: /^(?:AccessDenied|NotAuthorized|UnauthorizedOperation|OptInRequired)/i,
    words: /not authorized to perform|access ?denied/i,
    advice: () => 'the identity may not write spans: give it the policy AWSXrayWriteOnlyAccess',
    isDenied: true,
  },
  {
    type: /^(?:RequestExpired|RequestTimeTooSkewed|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken)/i,
    words: /signature (?:expired|not yet current|we calculated)|missing authentication token/i,
    advice: () => 'the signature was not accepted: look at the clock of this machine, and at "region"',
    isStale: true,
  },
  {
    type: /^(?:Throttling|TooManyRequests|RequestLimitExceeded|ServiceUnavailable|InternalFailure)/i,
    words: /rate exceeded/i,
    advice: () => 'it is asked too often just now',
  },
];

/** What the error of an answer means; an answer without one means nothing. Never throws. */
export function readAwsAnswer(answer: HttpAnswer, { profile, region }: Pick<Destination, 'profile' | 'region'>): AwsAnswer {
  const type = findErrorType(answer) ?? '';
  const text = answer.body.subarray(0, MAX_READ_BYTES).toString('utf8');
  const meaning = answer.status < 400 ? undefined : (MEANINGS.find((one) => one.type.test(type)) ?? MEANINGS.find((one) => one.words.test(text)));
  // A 403 that nobody explains may be about credentials: looking them up again costs little.
  if (!meaning) return { isStale: answer.status === 401 || answer.status === 403, isDenied: false };
  const flags = { profile: profile === undefined ? '' : ` --profile ${toShellWord(profile)}`, region: region === undefined ? '' : ` --region ${toShellWord(region)}` };
  return { advice: meaning.advice(flags), isStale: meaning.isStale ?? false, isDenied: meaning.isDenied ?? false };
}

/** The result of an answer, healed of what OTLP's statuses cannot tell. */
export function toAwsResult(result: ExportResult, { advice }: AwsAnswer): ExportResult {
  if (advice === undefined || result.status === 'success') return result;
  const message = `${result.message.replace(/\.$/, '').replace(/ \(the key [^)]*\)/, '')}; ${advice}.`;
  return { status: 'retryable', message, ...(result.status === 'retryable' && result.retryAfterMillis !== undefined ? { retryAfterMillis: result.retryAfterMillis } : {}) };
}

/** An error is a sentence or two. */
const MAX_READ_BYTES = 4096;

/** `ExpiredTokenException:http://…` in a header, or `{"__type": "com.amazon…#ExpiredTokenException"}`. */
function findErrorType({ headers, body }: HttpAnswer): string | undefined {
  const header = headers['x-amzn-errortype'];
  if (typeof header === 'string') return header.split(':')[0];
  const told = /"(?:__type|code|Code)"\s*:\s*"([^"]{1,200})"|<Code>([^<]{1,200})<\/Code>/.exec(body.subarray(0, MAX_READ_BYTES).toString('utf8'));
  return (told?.[1] ?? told?.[2])?.split('#').at(-1);
}
