/**
 * AWS X-Ray's OTLP endpoint, and with it CloudWatch's Transaction Search and GenAI Observability. Requests are signed (SigV4). Limits:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
 */
import type { Preset } from './preset.ts';

const HOUR_MILLIS = 3_600_000;

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
  limits: { requestBytes: 5_000_000, requestSpans: 10_000, spanBytes: 200_000, resourceBytes: 16_000, windowMillis: 24 * HOUR_MILLIS, oldestMillis: 14 * 24 * HOUR_MILLIS, aheadMillis: 2 * HOUR_MILLIS },
  docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html',
};
