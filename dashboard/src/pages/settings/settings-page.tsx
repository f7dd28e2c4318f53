/** The page Settings. */
import type { ReactNode } from 'react';
import { PageHead } from '../../components/page-head.tsx';

export function SettingsPage(): ReactNode {
  return <PageHead title="Settings" />;
}
