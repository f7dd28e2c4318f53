/**
 * All that Cursor remembers. A session may stand in three places: the IDE's database tells most, then the chat store of `cursor-agent`, then
 * the transcript. It is read from the first that has it.
 */
import { basename, join } from 'node:path';
import type { Fact } from '../../core/fact.ts';
import type { AgentEnvironment, History, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { chatAt, findChat, isChat, listChats, readChat } from './cli/chat-store.ts';
import { readConversation } from './ide/conversation.ts';
import { findComposer, isOfDatabase, listChildComposers, listComposers } from './ide/database.ts';
import { findChatFolders, findDatabases, findProjectFolders } from './places.ts';
import { placeSubagent } from './subagents.ts';
import { findChildTranscripts, findTranscript, listProjects, listTranscripts, readFirstPrompt, readTranscript, transcriptAt } from './transcripts.ts';
import type { Problem } from '../../core/problem.ts';

/** A home folder may be another machine's. */
const PLATFORMS = ['linux', 'darwin', 'win32'] as const;

interface Stores {
  databases: readonly string[];
  chats: readonly string[];
  projects: readonly string[];
}

export const cursorHistory: History = {
  roots(environment) {
    const { databases, chats, projects } = findStores(environment);
    return [...databases, ...chats, ...projects];
  },

  discover(environment, from) {
    if (from === undefined) return listAll(findStores(environment));
    const one = transcriptAt(from) ?? chatAt(from);
    return one ? { sources: [one], problems: [] } : listAll(findStoresAt(from));
  },

  find: findSource,

  findChildren(environment, sessionId, sinceMillis) {
    const { databases, projects } = findStores(environment);
    const ids = databases.flatMap((path) => listChildComposers(path, sessionId).map((child) => child.sessionId));
    const found = [...ids.flatMap((id) => findSource(environment, id) ?? []), ...projects.flatMap((folder) => findChildTranscripts(folder, sessionId))];
    const sources = new Map<string, HistorySource>();
    for (const source of found) if (!sources.has(source.sessionId)) sources.set(source.sessionId, findSource(environment, source.sessionId) ?? source);
    return [...sources.values()].filter(({ modifiedMillis }) => modifiedMillis >= sinceMillis);
  },

  place(environment, facts: readonly Fact[]) {
    return placeSubagent(facts, {
      listByCall: (parentId) => findDatabases(environment).flatMap((path) => listChildComposers(path, parentId)),
      listByPrompt: (parentId) => findProjectFolders(environment).flatMap((folder) => findChildTranscripts(folder, parentId)).flatMap(withPrompt),
    });
  },

  read(source) {
    if (isOfDatabase(source)) return readConversation(source);
    return isChat(source) ? readChat(source) : readTranscript(source);
  },
};

function findStores(environment: AgentEnvironment): Stores {
  return { databases: findDatabases(environment), chats: findChatFolders(environment), projects: findProjectFolders(environment) };
}

/** `--from` may name a database, a folder of chats, of projects or of transcripts, Cursor's own, or a home folder. */
function findStoresAt(from: string): Stores {
  if (basename(from) === 'state.vscdb' && stampOf(from)) return { databases: [from], chats: [], projects: [] };
  const homes = PLATFORMS.map((platform) => findStores({ home: from, env: {}, platform }));
  return {
    databases: [...new Set([join(from, 'User', 'globalStorage', 'state.vscdb'), ...homes.flatMap(({ databases }) => databases)])],
    chats: [...new Set([from, join(from, 'chats'), ...homes.flatMap(({ chats }) => chats)])],
    projects: [...new Set([from, join(from, 'projects'), ...homes.flatMap(({ projects }) => projects)])],
  };
}

function listAll({ databases, chats, projects }: Stores): { sources: HistorySource[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const sources = new Map<string, HistorySource>();
  const add = (found: readonly HistorySource[]): void => {
    for (const source of found) {
      const known = sources.get(source.sessionId);
      // Only a transcript's place tells whose subagent it is where the store does not say.
      if (!known) sources.set(source.sessionId, source);
      else if (!known.parent && source.parent) sources.set(source.sessionId, { ...known, parent: source.parent });
    }
  };
  for (const path of databases) {
    const { sources: found, problems: told } = listComposers(path);
    add(found);
    problems.push(...told);
  }
  for (const folder of chats) add(listChats(folder));
  for (const folder of projects) add([...listProjects(folder), ...(basename(folder) === 'agent-transcripts' ? listTranscripts(folder) : [])]);
  return { sources: [...sources.values()].sort(newestFirst), problems };
}

function findSource(environment: AgentEnvironment, sessionId: string): HistorySource | undefined {
  const { databases, chats, projects } = findStores(environment);
  const transcript = (): HistorySource | undefined => firstOf(projects, (folder) => findTranscript(folder, sessionId));
  const stored = firstOf(databases, (path) => findComposer(path, sessionId)) ?? firstOf(chats, (folder) => findChat(folder, sessionId));
  if (!stored) return transcript();
  const parent = stored.parent ?? transcript()?.parent;
  return parent ? { ...stored, parent } : stored;
}

function withPrompt(source: HistorySource): { sessionId: string; prompt: string; modifiedMillis: number }[] {
  const prompt = readFirstPrompt(source);
  return prompt === undefined ? [] : [{ sessionId: source.sessionId, prompt, modifiedMillis: source.modifiedMillis }];
}

function firstOf<T>(places: readonly string[], find: (place: string) => T | undefined): T | undefined {
  for (const place of places) {
    const found = find(place);
    if (found) return found;
  }
  return undefined;
}

function newestFirst(a: HistorySource, b: HistorySource): number {
  return b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1);
}
