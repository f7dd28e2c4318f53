/** The facts of histories that were just read: a session's files are read again only when their stamps changed. */
import type { Agent, FileStamp, HistoryReading, HistorySource } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import { rememberScrubbed, type ScrubText } from '../processors/scrub.ts';

/** A collector rarely follows more sessions than this at once; what is dropped is only read again. */
const MAX_SESSIONS = 32;
/** Beyond this the facts of one session, and of all together, are not kept: memory stays bounded whatever the files. */
const MAX_BYTES = 32 << 20;
const MAX_BYTES_TOGETHER = 64 << 20;
/** A file is rewritten within milliseconds: what is still torn or gone after this is all there is. */
const TORN_WAIT_MILLIS = 10_000;

export interface HistoryFacts {
  facts: Fact[];
  /** See `HistoryReading`. */
  findText?(name: string): string | undefined;
  problems: Problem[];
  hasRecords: boolean;
  /** See `HistoryReading`. */
  isComplete: boolean;
  /** complete: use it · stale: a file is torn or gone, these are the facts from before · torn: the same, and nothing is known from before */
  state: 'complete' | 'stale' | 'torn';
}

export type HistoryReader = (agent: Agent, source: HistorySource) => HistoryFacts;

export interface HistoryReaderOptions {
  /** `scrubText`: remembers what stays in memory; absent: nothing does. */
  scrub(fact: Fact, scrubText: ScrubText | undefined): Fact;
  /**
   * Unchanged sessions are answered from memory, their problems are told once; and what is torn is waited for. Without it each reading
   * stands for itself.
   */
  keep: boolean;
  nowMillis(): number;
  /** See `HistoryReadOptions`. Not together with `keep`. */
  outlineOnly?: boolean;
}

interface Kept extends Pick<HistoryFacts, 'facts' | 'hasRecords' | 'isComplete' | 'findText'> {
  growth?: Growth;
  stamp: string;
  paths: string[];
  bytes: number;
}

/** How a history that only grows is gone on with: what was read and scrubbed is not read and scrubbed again. */
interface Growth {
  readOn: NonNullable<HistoryReading['readOn']>;
  scrubText: ScrubText;
}

const NOTHING: HistoryReading = { facts: [], problems: [], isComplete: true, hasRecords: false };

/** A reader that scrubs what it reads. */
export function createHistoryReader({ scrub, keep, nowMillis, outlineOnly = false }: HistoryReaderOptions): HistoryReader {
  const known = new Map<string, Kept>();
  const tornSince = new Map<string, number>();
  const isAwaited = (key: string): boolean => {
    const since = tornSince.get(key) ?? nowMillis();
    tornSince.set(key, since);
    return nowMillis() - since < TORN_WAIT_MILLIS;
  };
  return (agent, source) => {
    const key = `${agent.id} ${source.sessionId}`;
    const stamp = source.files.map(toStamp).join(' ');
    const before = known.get(key);
    if (before?.stamp === stamp) return { ...before, problems: [], state: 'complete' };
    const bytes = source.files.reduce((sum, file) => sum + file.size, 0);
    const isKept = keep && bytes <= MAX_BYTES;
    const grown = isKept ? before?.growth?.readOn(source) : undefined;
    const read = grown ?? agent.history?.read(source, { isKept, outlineOnly }) ?? NOTHING;
    const isWhole = read.isComplete && (before?.paths.every((path) => source.files.some((file) => file.path === path)) ?? true);
    if (isWhole) tornSince.delete(key);
    else if (keep && isAwaited(key)) {
      if (before) return { ...before, problems: [], state: 'stale' };
      return { facts: [], problems: [], hasRecords: false, isComplete: false, state: 'torn' };
    }
    known.delete(key);
    const { isComplete, hasRecords, problems, findText, facts, readOn } = read;
    const scrubText = readOn ? ((grown && before?.growth?.scrubText) ?? rememberScrubbed()) : undefined;
    // In place: of a large history there is no room for both.
    for (const [index, fact] of facts.entries()) facts[index] = scrub(fact, scrubText);
    const kept: Kept = { facts, hasRecords, isComplete, findText, stamp, paths: source.files.map(({ path }) => path), bytes };
    if (readOn && scrubText) kept.growth = { readOn, scrubText };
    if (isKept) known.set(key, kept);
    dropOldest(known);
    return { ...kept, problems, state: 'complete' };
  };
}

function dropOldest(known: Map<string, Kept>): void {
  let bytes = 0;
  for (const kept of known.values()) bytes += kept.bytes;
  for (const [key, kept] of known) {
    if (known.size <= MAX_SESSIONS && bytes <= MAX_BYTES_TOGETHER) return;
    known.delete(key);
    bytes -= kept.bytes;
  }
}

function toStamp(file: FileStamp): string {
  return `${file.path}:${file.size}:${file.modifiedMillis}:${file.inode}`;
}
