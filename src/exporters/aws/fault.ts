/** Why there are no AWS credentials, and what a person does about it: in one sentence, without anything that the library said. */

/** none: no link of the chain has any · late: they did not come in time */
export type Fault = 'none' | 'late' | 'expired' | 'sso' | 'login' | 'process' | 'mfa' | 'metadata';

/** What the library's words mean, the first that fits. Its words themselves may hold a command with its secrets. */
const WORDS: readonly [RegExp, Fault][] = [
  [/requires multi-factor/i, 'mfa'],
  [/credential_process returned expired/i, 'expired'],
  [/\bSSO\b|sso[_ ]session|sso login/i, 'sso'],
  [/aws login|login[_ ]session/i, 'login'],
  [/credential_process returned|Command failed/i, 'process'],
  [/Server responded with status|metadata service (?:hostname|protocol|URL)|HTTP credential provider response/i, 'metadata'],
];

/** Of these the library speaks when a link is not meant at all. */
const NOT_MEANT = /Skipping SSO|is not configured with SSO|skipping fromEnv|did not contain credential_process|does not contain login_session|No HTTP credential provider host/i;

/** What a sentence of the library says; undefined: nothing of use. */
export function toFault(text: string): Fault | undefined {
  if (NOT_MEANT.test(text)) return undefined;
  return WORDS.find(([pattern]) => pattern.test(text))?.[1];
}

/** There are no credentials that could sign a request. The message is one sentence and holds no secret. */
export class CredentialsFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, profile?: string) {
    super(toSentence(fault, profile));
    this.fault = fault;
  }
}

function toSentence(fault: Fault, profile: string | undefined): string {
  const flag = profile === undefined ? '' : ` --profile ${toShellWord(profile)}`;
  const whose = profile === undefined ? '' : ` of the profile "${profile}"`;
  switch (fault) {
    case 'sso': return `the AWS sign-in${whose} is over: run \`aws sso login${flag}\``;
    case 'login': return `the AWS sign-in${whose} is over: run \`aws login${flag}\``;
    case 'expired': return `the AWS credentials${whose} have expired: renew them, for example with \`aws sso login${flag}\``;
    case 'process': return `the credential_process${whose} gave no credentials: run \`aws sts get-caller-identity${flag}\`, and mend what it says`;
    case 'mfa': return `the role${whose} wants a code from a device, which nobody is here to type: name a "profile" that needs none, such as one of \`aws configure sso\``;
    case 'metadata': return `the address that should hand out AWS credentials gave none: run \`aws sts get-caller-identity${flag}\`, and mend what it says`;
    case 'late': return 'the AWS credentials did not come within the timeout: look at the network, or raise "timeoutMillis"';
    case 'none':
      return profile === undefined
        ? 'there are no AWS credentials: run `aws sso login` or `aws configure`, or name a "profile"'
        : `the profile "${profile}" is not in AWS's shared files, or gives no credentials: run \`aws sts get-caller-identity${flag}\`, and mend what it says`;
  }
}

/** As one word of a shell: a profile's name may hold blanks. */
export function toShellWord(text: string): string {
  return /^[\w.@:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
