/** `receiver:` of config.yaml: who may send telemetry to `spoor serve`. */
import type { Problem } from '../core/problem.ts';
import { openEntry, readText } from './destination/entry.ts';
import type { YamlFile } from './yaml-file.ts';

export interface ReceiverSettings {
  /** What who sends must name: where it is (`env:NAME`, `file:/path`), or the text itself. Absent: nothing. */
  token?: string;
  /** It was to be closed, and how cannot be read: nobody may send. */
  isUnreadable?: true;
}

/** What cannot be read closes. */
export function parseReceiver(file: YamlFile, value: unknown, problems: Problem[]): ReceiverSettings {
  if (value === undefined || value === null) return {};
  const receiver = openEntry(file, { path: ['receiver'], value, subject: 'receiver', keys: ['token'], consequence: 'until it is mended no telemetry is taken' }, problems);
  if (!receiver || receiver.hasUnknownKey === true) return { isUnreadable: true };
  if (receiver.fields.token === undefined || receiver.fields.token === null) return {};
  const token = readText(receiver, 'token');
  return token === undefined ? { isUnreadable: true } : { token };
}
