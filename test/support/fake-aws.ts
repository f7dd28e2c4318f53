/** An AWS account on loopback: X-Ray's endpoint, STS and CloudWatch Logs at one address. It refuses what is not signed for the service that is asked. */
import type { RawAnswer } from './raw-server.ts';
import { findSignatureFault, type RawRequest, type Verifying } from './sigv4.ts';

export const ACCOUNT = '210987654321';

export interface FakeAccount {
  identity?: RawAnswer;
  /** Documents of the resource policies of CloudWatch Logs. */
  policies?: string[];
  destination?: { Destination: string; Status: string } | RawAnswer;
  /** Of the default indexing rule. */
  percentage?: number | RawAnswer;
  /** What its OTLP endpoint says; 200 when absent. */
  traces?: RawAnswer;
}

export const DENIED: RawAnswer = { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{"Message":"User is not authorized"}' };

/** What the account answers to a request. */
export function answerAsAws(account: FakeAccount, signer: Omit<Verifying, 'service'>): (request: RawRequest) => RawAnswer {
  return (request) => {
    const target = request.headers['x-amz-target'] ?? request.path;
    const service = target.startsWith('Logs_') ? 'logs' : target === '/' ? 'sts' : 'xray';
    const fault = findSignatureFault(request, { ...signer, service });
    if (fault !== undefined) return { status: 403, headers: { 'x-amzn-errortype': 'InvalidSignatureException' }, body: fault };
    switch (target) {
      case '/': return account.identity ?? { status: 200, body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::${ACCOUNT}:assumed-role/Writer/otter</Arn><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>` };
      case '/v1/traces': return account.traces ?? { status: 200 };
      case '/GetTraceSegmentDestination': return toAnswer(account.destination);
      case '/GetIndexingRules': return typeof account.percentage === 'object' ? account.percentage : toJson({ IndexingRules: [{ Name: 'Default', Rule: { Probabilistic: { DesiredSamplingPercentage: account.percentage } } }] });
      default: return toJson({ resourcePolicies: (account.policies ?? []).map((policyDocument) => ({ policyName: 'x', policyDocument })) });
    }
  };
}

function toAnswer(value: FakeAccount['destination']): RawAnswer {
  return value && 'status' in value ? value : toJson(value);
}

function toJson(value: unknown): RawAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
