import type { ConfigDatabase } from '../../store/sqlite/config-rows.ts';
import { readPreviousConfig, readSessionConfig } from '../../store/sqlite/config-rows.ts';
import type { SessionAnswer } from '../api/session.ts';

/** What a session worked with, and the one before it where that was something else; undefined: nobody looked when it began. */
export function readConfigAnswer(db: ConfigDatabase, { agent, sessionId }: { agent: string; sessionId: string }): SessionAnswer['config'] {
  const config = readSessionConfig(db, agent, sessionId);
  const previous = config && readPreviousConfig(db, agent, sessionId);
  return previous && previous.fingerprint !== config.fingerprint ? { ...config, previous } : config;
}
