/** What stands where there is nothing to show: why, and what to do. */
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';

export function EmptyState({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-md text-muted">{children}</div>}
    </div>
  );
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  const next = error instanceof ApiError ? error.next : undefined;
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <p className="font-medium text-error-text">{error instanceof Error ? error.message : 'Something went wrong.'}</p>
      {next !== undefined && <p className="text-muted">{next}</p>}
      {retry !== undefined && (
        <button type="button" onClick={retry} className="rounded border border-line-strong px-2 py-1 hover:bg-sunken">
          Try again
        </button>
      )}
    </div>
  );
}

/** Grey bars where content will be. */
export function Loading({ rows = 6 }: { rows?: number }): ReactNode {
  return (
    <div role="status" aria-busy="true" aria-label="Loading" className="flex flex-col gap-2 p-3">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="h-4 animate-pulse rounded bg-sunken" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** One of the three, or the content. */
export function Answer<T>({ query, children }: { query: { data: T | undefined; error: unknown; refetch: () => unknown }; children: (data: T) => ReactNode }): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}
