/** The way between pages: a column at the left, a bar at the bottom of a phone. The filter of a page goes along. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { parseFilterParams } from '../models/filter-params.ts';
import { PAGES, type PageEntry } from './pages.ts';

export function Navigation(): ReactNode {
  return (
    <nav aria-label="Pages" className="hidden w-12 shrink-0 flex-col gap-0.5 border-r border-line bg-panel p-1.5 sm:flex xl:w-44">
      <Link to="/" search={keepFilter} className="mb-2 flex h-9 items-center gap-2 px-1.5 font-semibold" aria-label="spoor, overview">
        <img src="/favicon.svg" alt="" className="size-6" />
        <span className="hidden text-base xl:inline">spoor</span>
      </Link>
      {PAGES.map((page) => (
        <PageLink key={page.path} page={page} className="h-8 gap-2.5 px-2" labelClass="hidden xl:inline" />
      ))}
    </nav>
  );
}

export function BottomBar(): ReactNode {
  return (
    <nav aria-label="Main pages" className="flex shrink-0 justify-around border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] sm:hidden">
      {PAGES.filter(({ isMain }) => isMain).map((page) => (
        <PageLink key={page.path} page={page} className="h-12 flex-1 flex-col justify-center gap-0.5 text-xs" labelClass="max-w-16 truncate" isShort />
      ))}
    </nav>
  );
}

function PageLink({ page, className, labelClass, isShort = false }: { page: PageEntry; className: string; labelClass: string; isShort?: boolean }): ReactNode {
  const Icon = page.icon;
  return (
    <Link
      to={page.path}
      search={keepFilter}
      title={`${page.label} (g ${page.key})`}
      aria-label={page.label}
      activeOptions={{ exact: page.path === '/', includeSearch: false }}
      className={`flex items-center rounded-md ${className}`}
      activeProps={{ className: 'bg-accent-soft text-model-text font-medium' }}
      inactiveProps={{ className: 'text-muted hover:bg-sunken hover:text-text' }}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className={labelClass}>{isShort ? (page.short ?? page.label) : page.label}</span>
    </Link>
  );
}

/** A filter that was set on one page holds on the next. */
const keepFilter = (search: Record<string, unknown>): Record<string, unknown> => ({ ...parseFilterParams(search) });
