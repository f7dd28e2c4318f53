/** What `spoor serve` and the process of its import say to each other. Types only. */
import type { FoundSource } from '../../collector/import-history.ts';
import type { ImportProgress } from '../../collector/reports.ts';
import type { AgentId } from '../../core/agent-id.ts';

/** What it is told. */
export interface ImportOrder {
  agents: readonly AgentId[];
  /** Only sessions that changed since (Unix ms). */
  sinceMillis?: number;
  /** Sessions that changed since are named (Unix ms). */
  namesSinceMillis: number;
}

/** What it tells. */
export type ImportNews = { found: FoundSource[] } | { progress: ImportProgress } | { failed: string };
