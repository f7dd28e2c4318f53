import type { DestinationLimits } from '../exporter.ts';

const HOUR_MILLIS = 3_600_000;

/**
 * What X-Ray's OTLP endpoint takes, sizes before compression: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
 * Whether its MB and KB count thousands is not said: the smaller reading is kept.
 */
export const XRAY_LIMITS: DestinationLimits = {
  requestBytes: 5_000_000,
  requestSpans: 10_000,
  spanBytes: 200_000,
  resourceBytes: 16_000,
  windowMillis: 24 * HOUR_MILLIS,
  oldestMillis: 14 * 24 * HOUR_MILLIS,
  aheadMillis: 2 * HOUR_MILLIS,
};
