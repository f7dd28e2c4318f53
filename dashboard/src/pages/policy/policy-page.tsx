/** The page Policy. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function PolicyPage(): ReactNode {
  return <PageHead title="Policy" />;
}
