/** The head of a page: its name, what it is about, its controls. */
import { useEffect, type ReactNode } from 'react';

export function PageHead({ title, note, children }: { title: string; note?: ReactNode; children?: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} · spoor`;
  }, [title]);
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="text-lg font-semibold">{title}</h1>
      {note !== undefined && <span className="text-muted">{note}</span>}
      {children !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}
