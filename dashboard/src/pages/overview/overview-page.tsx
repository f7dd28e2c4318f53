/** The page Overview. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function OverviewPage(): ReactNode {
  return <PageHead title="Overview" />;
}
