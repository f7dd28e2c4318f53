/** All that pi remembers: finding its sessions, and reading one. */
import { basename } from 'node:path';
import type { Fact } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { Outcome } from '../../core/span.ts';
import { latest } from '../../core/time.ts';
import type { History, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { createProblemList } from '../problem-list.ts';
import { asText } from '../untrusted.ts';
import { addLine } from './entries.ts';
import { findRoots, findRootsAt, listSources, toSessionId } from './places.ts';
import { baseOf, newReading, type SessionReading, type TurnReading } from './reading.ts';

export const piHistory: History = {
  roots: findRoots,

  discover(environment, from) {
    const problems: Problem[] = [];
    const sources = listSources(from === undefined ? findRoots(environment) : findRootsAt(from), problems);
    return { sources: sources.sort((a, b) => b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1)), problems };
  },

  find(environment, sessionId) {
    return listSources(findRoots(environment), [], sessionId)[0];
  },

  read(source) {
    const problems = createProblemList();
    const reading = newReading(source.sessionId);
    const [file] = source.files;
    // A last line that is no JSON yet is being written: it is left for the next reading, without a problem.
    let unfinished: Problem[] = [];
    const unreadable = readLines(file?.path ?? '', (text, line) => {
      problems.add(unfinished);
      const told = addLine(reading, text, line);
      unfinished = told.some(({ code }) => code === 'bad-json') ? told : [];
      if (unfinished.length === 0) problems.add(told);
    });
    problems.add(unreadable);
    const isRead = unreadable.every(({ code }) => code !== 'unreadable-file') && file !== undefined && stampOf(file.path) !== undefined;
    return { facts: toFacts(reading, source), problems: problems.list, isComplete: isRead && unfinished.length === 0, hasRecords: isRead };
  },
};

/** The session's facts; those of a turn stay together, for a branch may go on with an older one. */
function toFacts(reading: SessionReading, source: HistorySource): Fact[] {
  const facts: Fact[] = [toSessionSeen(reading, source)];
  reading.turns.forEach((turn, index) => {
    for (const fact of toTurnFacts(turn, index === reading.turns.length - 1)) facts.push({ ...fact, order: facts.length });
  });
  return facts;
}

function toSessionSeen({ sessionId, header, title, startedAt, model }: SessionReading, source: HistorySource): Fact {
  const origin = toSessionId(basename((asText(header?.parentSession) ?? '').replaceAll('\\', '/')));
  return {
    agent: 'pi', sessionId, source: 'history', type: 'session.seen', key: `session:${source.sessionId}`, order: 0, title, cwd: asText(header?.cwd), startedAt, model,
    ...(origin === undefined || origin === sessionId ? {} : { parent: { sessionId: origin, relation: 'fork' } }),
  };
}

function toTurnFacts(turn: TurnReading, isLast: boolean): Fact[] {
  const facts: Fact[] = [];
  if (turn.hasPrompt) facts.push({ ...baseOf(turn, turn), key: `turn:${turn.key}`, type: 'turn.started', messageId: turn.key, prompt: turn.prompt, isEndTold: true, extra: turn.extra });
  for (const fact of turn.facts) facts.push(fact);
  const first = turn.hasPrompt ? turn.key : turn.answers[0]?.entry.key;
  const model = turn.answers.findLast(({ fact }) => fact.requestModel !== undefined)?.fact.requestModel;
  if (first !== undefined && model !== undefined) facts.push({ ...baseOf(turn, turn), key: `model:${first}`, type: 'model.seen', messageId: first, model });
  const outcome = toOutcome(turn);
  if (first === undefined || (outcome === 'unknown' && isLast)) return facts;
  const last = turn.answers.at(-1);
  facts.push({
    ...baseOf(turn, { order: last?.entry.order ?? turn.order }), type: 'turn.ended', key: `end:${turn.key}`, reason: outcome, messageIds: [first, ...turn.answers.map(({ entry }) => entry.key)],
    startedAt: turn.at?.unixNano, endedAt: latest(turn.abortedAt, turn.endedAt),
    ...(outcome === 'error' ? { errorType: 'api_error', ...(last?.errorMessage === undefined ? {} : { errorMessage: last.errorMessage }) } : {}),
  });
  return facts;
}

/** As its last answer says; unknown where that asks for calls, or there is none. */
function toOutcome({ answers, abortedAt }: TurnReading): Outcome {
  if (abortedAt !== undefined) return 'cancelled';
  const last = answers.at(-1);
  if (!last) return 'unknown';
  if (last.fact.outcome !== 'ok') return last.fact.outcome;
  return last.requests.size === 0 && last.stopReason !== 'toolUse' ? 'ok' : 'unknown';
}
