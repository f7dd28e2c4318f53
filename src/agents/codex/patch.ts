/** Codex's patch format, as far as it names files. */
import type { FileTouch } from '../../core/span.ts';

const MARK = '*** Begin Patch';
const HEADER = /^\*\*\* (Add File|Update File|Delete File|Move to): (.+?)\r?$/gm;
const OPERATIONS: Readonly<Record<string, string>> = { 'Add File': 'create', 'Update File': 'edit', 'Delete File': 'delete', 'Move to': 'create' };

/** The files that a patch, or a command with a patch in it, touches; none where there is no patch. */
export function parsePatchFiles(text: string): FileTouch[] {
  const start = text.indexOf(MARK);
  if (start === -1) return [];
  return [...text.slice(start).matchAll(HEADER)].flatMap(([, header = '', path = '']) => [{ path: path.trim(), operation: OPERATIONS[header] ?? 'edit' }]);
}
