/** The page Telemetry. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function TelemetryPage(): ReactNode {
  return <PageHead title="Telemetry" />;
}
