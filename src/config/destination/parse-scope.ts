/** Which sessions a destination gets, how many of them, what holds for some of them, and how much may wait for it. */
import type { Destination, DestinationRule, QueueLimits } from '../../exporters/exporter.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import type { YamlFile, YamlPath } from '../yaml-file.ts';
import type { Problem } from '../../core/problem.ts';
import { isSaid, openEntry, readDuration, readFolders, readNumber, readText, readTexts, type Entry, type PathContext } from './entry.ts';
import { readSharing, SHARING_KEYS } from './parse-sharing.ts';

export interface Place {
  file: YamlFile;
  path: YamlPath;
  /** Begins each message. */
  subject: string;
  context: PathContext;
  problems: Problem[];
}

/** Undefined: what was said cannot be meant, and no session may be taken for one that is wanted. */
export function readScope(entry: Entry, { context }: Place): Pick<Destination, 'agents' | 'folders' | 'exclude' | 'sample'> | undefined {
  const agents = readTexts(entry, 'agents');
  const folders = readFolders(entry, 'folders', context);
  const exclude = readFolders(entry, 'exclude', context);
  const isUnreadable = (['agents', 'folders', 'exclude'] as const).some((key) => isSaid(entry, key) && { agents, folders, exclude }[key] === undefined);
  if (isUnreadable) return undefined;
  const sample = readNumber(entry, 'sample', { from: 0, to: 1 });
  return { ...(agents ? { agents } : {}), ...(folders ? { folders } : {}), ...(exclude ? { exclude } : {}), ...(sample === undefined ? {} : { sample }) };
}

const QUEUE_KEYS = ['maxAge', 'maxRows'] as const;

/** `queue: {maxAge: 14d, maxRows: 1000000}` */
export function readQueue(entry: Entry, { file, path, subject, problems }: Place): QueueLimits | undefined {
  if (!isSaid(entry, 'queue')) return undefined;
  const queue = openEntry(file, { path: [...path, 'queue'], value: entry.fields.queue, subject: `${subject}: queue`, keys: QUEUE_KEYS }, problems);
  if (!queue) return undefined;
  const maxAgeMillis = readDuration(queue, 'maxAge');
  const maxRows = readNumber(queue, 'maxRows', { from: 1, to: 1e9 });
  return { ...(maxAgeMillis === undefined ? {} : { maxAgeMillis }), ...(maxRows === undefined ? {} : { maxRows: Math.floor(maxRows) }) };
}

const RULE_KEYS = ['agents', 'folders', 'project', 'serviceName', ...SHARING_KEYS] as const;

/** `rules:` a list; each holds for its agents and folders, a later one over an earlier one. One that cannot be read lets nothing out. */
export function readRules(entry: Entry, place: Place): DestinationRule[] | undefined {
  if (!isSaid(entry, 'rules')) return undefined;
  const { rules } = entry.fields;
  if (!Array.isArray(rules)) {
    entry.tell('rules', '"rules" must be a list; each has "agents" or "folders" and what holds for them');
    return [{ content: toContentPolicy('none') }];
  }
  return (rules as unknown[]).map((value, index) => readRule(value, { ...place, path: [...place.path, 'rules', index], subject: `${place.subject}: rule ${index + 1}` }));
}

function readRule(value: unknown, { file, path, subject, context, problems }: Place): DestinationRule {
  const entry = openEntry(file, { path, value, subject, keys: RULE_KEYS, consequence: 'until it is mended none of the content is sent of these sessions' }, problems);
  if (!entry) return { content: toContentPolicy('none') };
  const agents = readTexts(entry, 'agents');
  const folders = readFolders(entry, 'folders', context);
  const project = readText(entry, 'project');
  const serviceName = readText(entry, 'serviceName');
  const sharing = readSharing(entry, context);
  const isUnreadable = (isSaid(entry, 'agents') && !agents) || (isSaid(entry, 'folders') && !folders);
  // Whom it is meant for is not known: what it would restrict is restricted for all.
  if (isUnreadable) return { ...sharing, ...(sharing.content ? { content: toContentPolicy('none') } : {}) };
  if (!agents && !folders) entry.tell(undefined, 'holds for every session: name "agents" or "folders"');
  return { ...(agents ? { agents } : {}), ...(folders ? { folders } : {}), ...(project ? { project } : {}), ...(serviceName ? { serviceName } : {}), ...sharing };
}
