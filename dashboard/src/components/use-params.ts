/** Values of a page that stand in its URL beside the filter. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Params = Readonly<Record<string, string | undefined>>;

/** `set` changes those it names (undefined: takes out); without a new step of the history unless `isStep`. */
export function useParams(): { params: Params; set(change: Params, isStep?: boolean): void } {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = useCallback(
    (change: Params, isStep = false) => void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, ...change }), replace: !isStep }),
    [navigate],
  );
  const params = Object.fromEntries(Object.entries(raw).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  return { params, set };
}
