/** Folders as agents write them: on Windows with backslashes, and letters of either case. Pure: no disk is looked at. */

/** Whether a path is this folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  const [inner, outer] = [normalise(path), normalise(folder)];
  return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
}

const WINDOWS = /^(?:[A-Za-z]:|\\\\)/;

function normalise(path: string): string {
  const parts = (WINDOWS.test(path) ? path.replaceAll('\\', '/').toLowerCase() : path).split('/');
  const kept: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (part === '..' && kept.length > 1) kept.pop();
    else if (part !== '.' && part !== '..' && (part !== '' || index === 0)) kept.push(part);
  }
  return kept.join('/') || '/';
}
