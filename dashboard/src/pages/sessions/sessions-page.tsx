/** The page Sessions. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function SessionsPage(): ReactNode {
  return <PageHead title="Sessions" />;
}
