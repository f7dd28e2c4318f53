/** The window and the restrictions of a page. They stand in the URL, and go along to the next page. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import type { Filter } from '../../../src/query/api/figures.ts';
import { LIST_FIELDS, parseFilterParams, toFilter, USUAL_WINDOW, WINDOWS, type FilterParams, type ListField, type WindowName } from '../models/filter-params.ts';
import { toRangeText } from '../models/window-text.ts';
import { Choice } from './choice.tsx';
import { useNow } from './use-now.ts';

/** The filter of the page that is shown, and how to change it. A window that ends now moves on once a minute. */
export function useFilter(): { params: FilterParams; filter: Filter; set(change: Partial<FilterParams>): void } {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const key = JSON.stringify(parseFilterParams(raw));
  const now = useNow(60_000);
  return useMemo(() => {
    const params = JSON.parse(key) as FilterParams;
    return {
      params,
      filter: toFilter(params, now),
      set: (change) => void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, ...change }), replace: true }),
    };
  }, [key, now, navigate]);
}

export function FilterBar({ withWindow = true }: { withWindow?: boolean }): ReactNode {
  const { params, set } = useFilter();
  const restrictions = LIST_FIELDS.flatMap((field) => (params[field] ?? []).map((value) => ({ field, value })));
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {restrictions.map(({ field, value }) => (
        <Restriction key={`${field} ${value}`} field={field} value={value} onRemove={() => set({ [field]: without(params[field] ?? [], value) })} />
      ))}
      {withWindow && (params.from !== undefined || params.to !== undefined) && (
        <Restriction field="time" value={toRangeText(params)} onRemove={() => set({ from: undefined, to: undefined })} />
      )}
      {withWindow && (
        <Choice<WindowName>
          label="Window of time"
          value={params.from === undefined && params.to === undefined ? (params.since ?? USUAL_WINDOW) : undefined}
          options={(Object.keys(WINDOWS) as WindowName[]).map((name) => ({ value: name, label: name }))}
          onChange={(since) => set({ since, from: undefined, to: undefined })}
        />
      )}
    </div>
  );
}

function without(values: readonly string[], gone: string): string[] | undefined {
  const left = values.filter((value) => value !== gone);
  return left.length > 0 ? left : undefined;
}

function Restriction({ field, value, onRemove }: { field: ListField | 'time'; value: string; onRemove: () => void }): ReactNode {
  return (
    <span className="inline-flex h-7 max-w-64 items-center gap-1 rounded-md bg-accent-soft pl-2 text-model-text">
      <span className="truncate" title={value}>
        {field}: {value}
      </span>
      <button type="button" aria-label={`Without ${field} ${value}`} onClick={onRemove} className="flex h-7 w-6 items-center justify-center hover:text-text">
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}
