/** One conversation of the IDE → what was read of it. */
import type { Attributes } from '../../../core/attributes.ts';
import { isTooDeep } from '../../../core/json.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Outcome } from '../../../core/span.ts';
import type { HistoryReading, HistorySource } from '../../agent.ts';
import { hasManyBrackets } from '../../jsonl.ts';
import { createProblemList } from '../../problem-list.ts';
import { asAmount, asCount, asList, asRecord, asText, asTitle } from '../../untrusted.ts';
import { asModel } from '../models.ts';
import { PREFIX, toName } from '../names.ts';
import type { SessionReading, TurnReading } from '../reading.ts';
import { toFacts } from '../turn-facts.ts';
import { createBubbleReader, toMoment, type BubbleReader } from './bubbles.ts';
import { readComposer, toParent, type StoredComposer } from './database.ts';

type Values = Record<string, unknown>;

/** Reads a conversation that `listComposers` or `findComposer` gave. */
export function readConversation(source: HistorySource): HistoryReading {
  const list = createProblemList();
  const { value, problems } = readComposer(source, (composer) => parseConversation(source, composer, (told) => list.add(told)));
  list.add(problems);
  return { facts: value ? toFacts(value) : [], problems: list.list, isComplete: problems.length === 0, hasRecords: value !== undefined };
}

/** A stored conversation → what was read of it; undefined where its row is none. `note` is given what is not understood. */
export function parseConversation({ sessionId, parent: placed }: Pick<HistorySource, 'sessionId' | 'parent'>, stored: StoredComposer, note: (problems: Problem[]) => void): SessionReading | undefined {
  const composer = parseValues(stored.text, 'a conversation', note);
  if (!composer) return undefined;
  const reader = createBubbleReader(toExtra(composer));
  addBubbles(reader, composer, { sessionId, stored, note });
  const parent = toParent(composer.subagentInfo) ?? placed;
  const title = asTitle(composer.name);
  const model = asModel(asRecord(composer.modelConfig)?.modelName);
  const cwd = asText(asRecord(asRecord(composer.workspaceIdentifier)?.uri)?.fsPath) ?? reader.cwd;
  const agentName = asText(asRecord(composer.subagentInfo)?.subagentTypeName);
  const contextWindowTokens = asCount(composer.contextTokenLimit);
  addEnds(reader.turns, composer);
  return {
    sessionId, turns: reader.turns, startedAt: toMoment(composer.createdAt), isEndTold: asText(composer.status) === 'generating' || Object.hasOwn(STATUSES, asText(composer.status) ?? ''),
    ...(parent && parent.sessionId !== sessionId ? { parent } : {}), ...(title === undefined ? {} : { title }), ...(model === undefined ? {} : { model }), ...(cwd === undefined ? {} : { cwd }),
    ...(agentName === undefined ? {} : { agentName }), ...(contextWindowTokens === undefined ? {} : { contextWindowTokens }),
  };
}

interface Sources {
  sessionId: string;
  stored: StoredComposer;
  note(problems: Problem[]): void;
}

/**
 * The list in the conversation's row is the order; what stands in no list was superseded. Older builds keep the pieces in the row itself;
 * where neither is there, all pieces are taken as they were written.
 */
function addBubbles(reader: BubbleReader, composer: Values, { sessionId, stored, note }: Sources): void {
  const add = (id: string, text: string | undefined): void => {
    const bubble = parseValues(text, 'a bubble', note);
    if (bubble) note(reader.add(id, bubble));
  };
  const inline = asList(composer.conversation);
  const ids = [...new Set(asList(composer.fullConversationHeadersOnly).flatMap((header) => asText(asRecord(header)?.bubbleId) ?? []))];
  if (ids.length > 0) {
    const seen = new Set<string>();
    stored.readBubbles(ids, (id, text) => {
      seen.add(id);
      add(id, text);
    });
    if (seen.size < ids.length) note([{ code: 'missing-record', detail: 'bubbles that the conversation lists and that are not there', count: ids.length - seen.size }]);
  } else if (inline.length > 0) {
    inline.forEach((entry, index) => {
      const bubble = asRecord(entry);
      if (!bubble || isTooDeep(bubble)) note([{ code: bubble ? 'too-deep' : 'unknown-record', detail: `bubble ${toName(entry)}` }]);
      else note(reader.add(asText(bubble.bubbleId) ?? `${sessionId}/${index}`, bubble));
    });
  } else stored.readAll(add);
}

function parseValues(text: string | undefined, place: string, note: (problems: Problem[]) => void): Values | undefined {
  // SQLite has looked at it, and calls some JSON that is none.
  const values = asRecord(parseText(text));
  if (values && (!hasManyBrackets(text ?? '') || !isTooDeep(values))) return values;
  note([{ code: values ? 'too-deep' : 'bad-json', detail: `${place}: ${values ? 'nests deeper than 200 levels' : 'no JSON object, or one of more than 64 MiB'}` }]);
  return undefined;
}

function parseText(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toExtra(composer: Values): Attributes {
  const mode = asText(composer.unifiedMode) ?? asText(composer.forceMode);
  const branch = asText(composer.createdOnBranch);
  return { ...(mode === undefined ? {} : { [`${PREFIX}mode`]: mode }), ...(branch === undefined ? {} : { [`${PREFIX}git.branch`]: branch }) };
}

const STATUSES: Readonly<Record<string, Outcome>> = { completed: 'ok', aborted: 'cancelled', cancelled: 'cancelled', error: 'error' };

/** The conversation's state is that of its newest turn. */
function addEnds(turns: readonly TurnReading[], composer: Values): void {
  const status = asText(composer.status) ?? '';
  turns.forEach((turn, index) => {
    const isLast = index === turns.length - 1;
    const isAnswered = turn.answers.at(-1)?.calls.length === 0;
    if (!isLast) turn.end = { reason: isAnswered ? 'ok' : 'unknown', ...turn.told };
    else if (Object.hasOwn(STATUSES, status)) {
      const contextUsagePercent = asAmount(composer.contextUsagePercent);
      turn.end = { reason: STATUSES[status] ?? 'unknown', ...turn.told, ...(contextUsagePercent === undefined ? {} : { contextUsagePercent }) };
    }
  });
}

