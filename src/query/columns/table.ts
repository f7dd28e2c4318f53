/** Columns of numbers that grow together. Absent numbers are -1 (`ABSENT`). */

const KINDS = { u8: Uint8Array, word: Uint16Array, u32: Uint32Array, i32: Int32Array, f64: Float64Array };

export type Layout = Readonly<Record<string, keyof typeof KINDS>>;

/** Places in the dictionary: half as wide as other whole numbers, until there are more of them than that holds (`widenWords`). */
export type Words = Uint16Array | Uint32Array;

type ArrayOf = { u8: Uint8Array; word: Words; u32: Uint32Array; i32: Int32Array; f64: Float64Array };

export interface Table<L extends Layout> {
  /** Rows. The columns are longer. */
  length: number;
  /** Replaced when the table grows: never kept over a write. */
  of: { [N in keyof L]: ArrayOf[L[N]] };
}

/** A larger step wastes memory, a smaller one copies more often. */
const GROWTH = 1.25;
const LEAST_ROWS = 64;

/** An empty table with room for so many rows. */
export function createTable<L extends Layout>(layout: L, rows = 0): Table<L> {
  const room = Math.max(LEAST_ROWS, Math.ceil(rows));
  const of = Object.fromEntries(Object.entries(layout).map(([name, kind]) => [name, new KINDS[kind](room)]));
  return { length: 0, of: of as Table<L>['of'] };
}

/** A new row of zeros; returns its place. */
export function addRow<L extends Layout>(table: Table<L>): number {
  const columns = table.of as Record<string, ArrayOf[keyof ArrayOf]>;
  const room = Object.values(columns)[0]?.length ?? 0;
  if (table.length === room) {
    for (const [name, column] of Object.entries(columns)) {
      const larger = new (column.constructor as { new (length: number): typeof column })(Math.ceil(room * GROWTH));
      larger.set(column as never);
      columns[name] = larger;
    }
  }
  return table.length++;
}

/** The highest number that a column of words holds as it is made. */
export const MOST_NARROW = 0xffff;

/** Makes room in the columns of words for numbers above `MOST_NARROW`. */
export function widenWords<L extends Layout>(table: Table<L>): void {
  const columns = table.of as Record<string, ArrayOf[keyof ArrayOf]>;
  for (const [name, column] of Object.entries(columns)) if (column instanceof Uint16Array) columns[name] = Uint32Array.from(column);
}
