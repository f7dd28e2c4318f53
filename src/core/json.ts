/** JSON that keeps `bigint`: written as `{"$n":"123"}`. For our own rows and spool only, never for foreign data. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? { $n: v.toString() } : v));
}

/** The inverse of `toJson`. Throws on text that `toJson` did not write: our own rows being broken is a bug. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text, (_key, v: unknown) => {
    if (v !== null && typeof v === 'object' && '$n' in v && typeof v.$n === 'string') return BigInt(v.$n);
    return v;
  }) as T;
}
