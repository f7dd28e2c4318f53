/** The order of two values of one kind, for `sort`: negative, 0 or positive. Text is compared by code unit, the same in every locale. */
export function compare<T extends bigint | number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
