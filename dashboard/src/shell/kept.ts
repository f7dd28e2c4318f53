/** What a browser keeps of a person's choices. Where it keeps nothing (a page in a sandbox), they hold until the page is closed. */

const unkept = new Map<string, string>();

export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return unkept.get(key) ?? null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    unkept.set(key, value);
  }
}
