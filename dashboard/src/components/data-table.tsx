/** A table that sorts: a header is a button, numbers stand right, a row may be a link. For what fits a page; long lists are virtual. */
import { createColumnHelper, createSortedRowModel, rowSortingFeature, sortFn_basic, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface Column<T> {
  id: string;
  header: string;
  /** What the header means. */
  title?: string;
  /** What it sorts by; what is absent comes last. */
  value(row: T): number | string | undefined;
  cell(row: T): ReactNode;
  align?: 'left' | 'right';
  /** Tailwind classes of its cells, e.g. for a width or to hide it on a phone. */
  className?: string;
}

export interface DataTableProps<T extends object> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowKey(row: T): string;
  sortBy?: { id: string; desc: boolean };
  onRow?(row: T): void;
  isSelected?(row: T): boolean;
  empty?: ReactNode;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns: { basic: sortFn_basic } });

export function DataTable<T extends object>({ label, rows, columns, rowKey, sortBy, onRow, isSelected, empty }: DataTableProps<T>): ReactNode {
  const definitions = useMemo(() => {
    const builder = createColumnHelper<typeof features, T>();
    return columns.map((column) => builder.accessor((row) => column.value(row), { id: column.id, sortFn: 'basic', sortUndefined: 'last', sortDescFirst: column.align === 'right', meta: column as never }) as ColumnDef<typeof features, T, unknown>);
  }, [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: definitions, data, getRowId: rowKey, initialState: { sorting: sortBy ? [sortBy] : [] }, enableSortingRemoval: false });
  const columnOf = (id: string): Column<T> | undefined => columns.find((column) => column.id === id);
  if (rows.length === 0 && empty !== undefined) return empty;
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse">
        <caption className="sr-only">{label}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const column = columnOf(header.column.id);
                return column && <HeaderCell key={header.id} column={column} sorted={header.column.getIsSorted()} onSort={() => header.column.toggleSorting()} />;
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              aria-selected={isSelected?.(row.original)}
              onClick={onRow && (() => onRow(row.original))}
              className={classNames('border-t border-line', onRow && 'cursor-pointer hover:bg-sunken', isSelected?.(row.original) && 'bg-accent-soft')}
            >
              {columns.map((column) => (
                <td key={column.id} className={classNames('px-2 py-1 align-middle first:pl-3 last:pr-3', column.align === 'right' && 'text-right whitespace-nowrap', column.className)}>
                  {column.cell(row.original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell<T>({ column, sorted, onSort }: { column: Column<T>; sorted: false | 'asc' | 'desc'; onSort: () => void }): ReactNode {
  const Arrow = sorted === 'asc' ? ArrowUp : ArrowDown;
  return (
    <th scope="col" aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'} className={classNames('px-2 py-1 text-xs font-medium whitespace-nowrap text-muted first:pl-3 last:pr-3', column.align === 'right' ? 'text-right' : 'text-left', column.className)}>
      <button type="button" onClick={onSort} title={column.title} className="inline-flex items-center gap-0.5 hover:text-text">
        {column.align !== 'right' && column.header}
        <Arrow aria-hidden className={classNames('size-3', sorted === false && 'invisible')} />
        {column.align === 'right' && column.header}
      </button>
    </th>
  );
}
