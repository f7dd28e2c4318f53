/** The page Compare. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function ComparePage(): ReactNode {
  return <PageHead title="Compare" />;
}
