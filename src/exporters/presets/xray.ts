/**
 * AWS X-Ray's OTLP endpoint, and with it CloudWatch's Transaction Search and GenAI Observability. Requests are signed (SigV4).
 */
import type { Preset } from './preset.ts';
import { XRAY_LIMITS } from './xray-limits.ts';

export const xray: Preset = {
  id: 'xray',
  title: 'AWS X-Ray and CloudWatch',
  url: 'https://xray.{region}.amazonaws.com',
  needs: [{ key: 'region', title: 'AWS region', variable: 'AWS_REGION' }],
  headers: {},
  dialect: 'cloudwatch',
  trace: 'session',
  projectAsService: true,
  auth: 'sigv4',
  limits: XRAY_LIMITS,
  metrics: false,
  traceUrl: 'https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#xray:traces/1-{seconds}-{rest}',
  docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html',
};
