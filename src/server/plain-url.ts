/** An address without what may be a secret in it: user information, query, fragment. Undefined: it is none. */
export function toPlainUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
