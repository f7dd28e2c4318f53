/** Stands for react-query where every answer is in the page already: asked once for each key, and never again. */
import { useEffect, useState } from 'react';

/** As react-query has it: what was there stays until the next is. Here it is there at once. */
export const keepPreviousData = undefined;

interface Query<T> {
  queryKey: readonly unknown[];
  queryFn(context: { signal: AbortSignal | undefined }): Promise<T>;
}

interface Result<T> {
  key?: string;
  data: T | undefined;
  error: unknown;
}

export function useQuery<T>({ queryKey, queryFn }: Query<T>): Result<T> & { isPlaceholderData: boolean; refetch(): void } {
  const key = JSON.stringify(queryKey);
  const [result, setResult] = useState<Result<T>>({ data: undefined, error: null });
  useEffect(() => {
    let isWanted = true;
    queryFn({ signal: undefined }).then(
      (data) => isWanted && setResult({ key, data, error: null }),
      (error: unknown) => isWanted && setResult({ key, data: undefined, error }),
    );
    return () => {
      isWanted = false;
    };
    // The function is of the key.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return { ...result, isPlaceholderData: result.key !== undefined && result.key !== key, refetch: () => undefined };
}

/** For modules of which only other parts are used. */
export function useQueryClient(): never {
  throw new Error('There is no server behind this page.');
}
