/** The page Health. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function HealthPage(): ReactNode {
  return <PageHead title="Health" />;
}
