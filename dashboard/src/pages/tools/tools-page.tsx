/** The page Tools. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function ToolsPage(): ReactNode {
  return <PageHead title="Tools" />;
}
