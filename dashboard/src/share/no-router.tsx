/** Stands for the router where there is one page: what would lead to another is the text alone. */
import type { ReactNode } from 'react';

export function Link({ children, className }: { children?: ReactNode; className?: string }): ReactNode {
  return <span className={className}>{children}</span>;
}
