/**
 * Text → one word that means exactly this text in sh, bash, dash, ksh, zsh and fish. Quotes and backslashes stand outside the
 * single quotes, because fish reads `\\` and `\'` inside them and the others do not.
 */
export function toShellWord(text: string): string {
  return text
    .split(/([\\']+)/)
    .filter((part) => part !== '')
    .map((part) => (/^[\\']/.test(part) ? part.replace(/./g, '\\$&') : `'${part}'`))
    .join('') || "''";
}
