/** Lines of logs, for people. Pure. */
import type { LogLine } from '../../config/read-logs.ts';
import { millisToNano } from '../../core/time.ts';
import { toPlainLine } from './clean-text.ts';
import type { Piece } from './palette.ts';
import { toDateTimeText } from './time-text.ts';

/** `2026-11-20 09:30:05  spoor  error  message`, on the user's clock. `named`: with the log's name. A line of another form as it is. */
export function toLogPieces({ log, atMillis, level, message }: LogLine, { named }: { named: boolean }): Piece[] {
  const name: Piece = { text: named ? `${log}  ` : '', tone: 'agent' };
  if (atMillis === undefined) return [name, { text: toPlainLine(message), tone: 'plain' }];
  const at = toDateTimeText(millisToNano(atMillis));
  return [{ text: `${at}  `, tone: 'dim' }, name, { text: level === 'error' ? 'error  ' : '', tone: 'error' }, { text: toPlainLine(message), tone: 'plain' }];
}
