/** The page Session. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function SessionPage(): ReactNode {
  return <PageHead title="Session" />;
}
