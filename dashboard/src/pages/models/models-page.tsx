/** The page Models. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function ModelsPage(): ReactNode {
  return <PageHead title="Models" />;
}
