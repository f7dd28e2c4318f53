/**
 * What must be set up in an AWS account before spans show up: looked at, never changed. What is missing is told with the exact command.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search-getting-started.html
 */
import type { Finding } from '../../core/finding.ts';
import type { Destination } from '../exporter.ts';
import { askAws, type Asking, type AwsQuestion, type AwsReply } from './ask-aws.ts';
import { createCredentials } from './credentials.ts';
import { toShellWord } from './fault.ts';

export interface XrayCheckOptions {
  /** Addresses instead of AWS's own. Absent: where the destination is on this machine, what stands for AWS there is asked everything. */
  endpoints?: Partial<Record<AwsQuestion['service'], string>>;
  timeoutMillis?: number;
}

/** For each question; there are three rounds of them. */
const TIMEOUT_MILLIS = 5_000;

interface Account {
  id: string;
  /** `aws`, `aws-cn`, `aws-us-gov` */
  partition: string;
}

interface Place {
  region: string;
  /** ` --region r --profile p`, as every command of AWS's takes them. */
  flags: string;
  ask(service: AwsQuestion['service'], question: Omit<AwsQuestion, 'service' | 'endpoint'>): Promise<AwsReply>;
}

/**
 * Who signs (STS), whether traces go to CloudWatch Logs, whether X-Ray may write there, and which share of them is indexed. One finding each, in
 * this order; where nobody can sign, that one alone. `next` is one shell command, or a sentence where a person must decide. Never throws.
 */
export async function checkXray({ url, region, profile }: Pick<Destination, 'url' | 'region' | 'profile'>, { endpoints = toLocal(url), timeoutMillis = TIMEOUT_MILLIS }: XrayCheckOptions = {}): Promise<Finding[]> {
  if (region === undefined) return [{ check: 'aws-region', state: 'broken', seen: 'The destination has no "region".', next: 'add "region" to the destination, for example us-west-2' }];
  const asking: Asking = { credentials: createCredentials(profile), region, timeoutMillis };
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const place: Place = {
    region,
    flags: ` --region ${region}${profile === undefined ? '' : ` --profile ${toShellWord(profile)}`}`,
    ask: (service, question) => askAws({ ...question, service, endpoint: endpoints[service] ?? `https://${service}.${region}.${suffix}` }, asking),
  };
  const { finding, account } = await checkIdentity(place);
  if (!account) return [finding];
  const [policy, destination, indexing] = await Promise.all([checkPolicy(place, account), checkDestination(place), checkIndexing(place)]);
  return [finding, policy, destination, indexing];
}

function toLocal(url: string | undefined): NonNullable<XrayCheckOptions['endpoints']> {
  const address = url === undefined ? null : URL.parse(url);
  if (!address || !['127.0.0.1', 'localhost', '[::1]'].includes(address.hostname)) return {};
  return { sts: address.origin, xray: address.origin, logs: address.origin };
}

async function checkIdentity({ region, flags, ask }: Place): Promise<{ finding: Finding; account?: Account }> {
  const check = 'aws-identity';
  const reply = await ask('sts', { path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body: 'Action=GetCallerIdentity&Version=2011-06-15' });
  if ('fault' in reply) return { finding: { check, state: 'broken', seen: `Nobody can sign: ${reply.fault}.`, next: /`(aws [^`]+)`/.exec(reply.fault)?.[1] ?? `aws sts get-caller-identity${flags}` } };
  const arn = /<Arn>(arn:[^<\s]{1,300})<\/Arn>/.exec(reply.text)?.[1];
  const [, partition, , , id] = arn?.split(':') ?? [];
  if (arn === undefined || !partition || !/^\d{12}$/.test(id ?? '')) return { finding: { check, state: 'unknown', seen: 'STS answered something else than an identity.', next: `aws sts get-caller-identity${flags}` } };
  return { finding: { check, state: 'ok', seen: `Signed by ${arn} in ${region}.` }, account: { id: id ?? '', partition } };
}

/** X-Ray writes spans into log groups, and needs to be let. */
async function checkPolicy({ region, flags, ask }: Place, { id, partition }: Account): Promise<Finding> {
  const check = 'aws-log-policy';
  const reply = await ask('logs', { path: '/', headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.DescribeResourcePolicies' }, body: '{"limit":10}' });
  if ('fault' in reply) return toUnknown(check, reply, 'logs:DescribeResourcePolicies');
  const policies = listOf(parse(reply.text)?.resourcePolicies).map((policy) => toRecord(policy)?.policyDocument);
  if (policies.some((document) => typeof document === 'string' && document.includes('xray.amazonaws.com') && /aws\/spans|log-group:\*|"Resource"\s*:\s*"\*"/.test(document))) return { check, state: 'ok', seen: 'X-Ray may write into the log group aws/spans.' };
  const logs = `arn:${partition}:logs:${region}:${id}:log-group`;
  const document = {
    Version: '2012-10-17',
    Statement: [{
      Sid: 'TransactionSearchXRayAccess', Effect: 'Allow', Principal: { Service: 'xray.amazonaws.com' }, Action: 'logs:PutLogEvents',
      Resource: [`${logs}:aws/spans:*`, `${logs}:/aws/application-signals/data:*`],
      Condition: { ArnLike: { 'aws:SourceArn': `arn:${partition}:xray:${region}:${id}:*` }, StringEquals: { 'aws:SourceAccount': id } },
    }],
  };
  return { check, state: 'broken', seen: 'No resource policy of CloudWatch Logs lets X-Ray write into aws/spans.', next: `aws logs put-resource-policy --policy-name spoor-xray-spans --policy-document '${JSON.stringify(document)}'${flags}` };
}

async function checkDestination({ flags, ask }: Place): Promise<Finding> {
  const check = 'aws-traces';
  const reply = await ask('xray', { path: '/GetTraceSegmentDestination', headers: JSON_HEADERS, body: '{}' });
  if ('fault' in reply) return toUnknown(check, reply, 'xray:GetTraceSegmentDestination');
  const { Destination: destination, Status: status } = parse(reply.text) ?? {};
  if (destination === 'CloudWatchLogs' && status === 'ACTIVE') return { check, state: 'ok', seen: 'Traces go to CloudWatch Logs (Transaction Search is on).' };
  if (destination === 'CloudWatchLogs') return { check, state: 'attention', seen: 'Transaction Search is being switched on, which takes about ten minutes.', next: `aws xray get-trace-segment-destination${flags}` };
  return { check, state: 'broken', seen: 'Traces go to X-Ray alone: its OTLP endpoint takes none before Transaction Search is on.', next: `aws xray update-trace-segment-destination --destination CloudWatchLogs${flags}` };
}

/** Every span is stored; the share says how many traces have a summary in X-Ray, and the first percent is free. */
async function checkIndexing({ flags, ask }: Place): Promise<Finding> {
  const check = 'aws-indexing';
  const reply = await ask('xray', { path: '/GetIndexingRules', headers: JSON_HEADERS, body: '{}' });
  if ('fault' in reply) return toUnknown(check, reply, 'xray:GetIndexingRules');
  const rule = listOf(parse(reply.text)?.IndexingRules).map(toRecord).find((one) => one?.Name === 'Default');
  const share = toRecord(toRecord(rule?.Rule)?.Probabilistic)?.DesiredSamplingPercentage;
  if (typeof share === 'number' && share > 0) return { check, state: 'ok', seen: `${share} % of the traces are indexed; all spans are kept in aws/spans.` };
  const next = `aws xray update-indexing-rule --name Default --rule '{"Probabilistic":{"DesiredSamplingPercentage":1}}'${flags}`;
  return { check, state: 'attention', seen: 'No trace is indexed: spans are kept in aws/spans, and X-Ray shows no summary of them.', next };
}

const JSON_HEADERS = { 'content-type': 'application/json' };

function toUnknown(check: string, { fault, isRefused }: Extract<AwsReply, { fault: string }>, action: string): Finding {
  const seen = isRefused ? `This identity may not look (${action}): nothing is known of it.` : `It could not be looked at: ${fault}.`;
  return { check, state: 'unknown', seen };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return toRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function toRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
