/** The page Skills. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function SkillsPage(): ReactNode {
  return <PageHead title="Skills" />;
}
