/** A session's file and its executions → facts. The file says who said what in which order, the executions when and what was done. */
import type { Fact } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Outcome } from '../../../core/span.ts';
import { millisToNano } from '../../../core/time.ts';
import { asText } from '../../untrusted.ts';
import { spawnedBy } from './calls.ts';
import { isUniqueId, type Action, type Execution } from './execution.ts';
import type { Entry, SessionFile } from './session-file.ts';
import { addSteps, baseOf, toInstant, type Steps, type Writer } from './steps.ts';

/** One prompt and what came of it. */
interface Turn {
  prompt?: Entry;
  answer?: Entry;
  executions: Execution[];
  /** Summaries with which Kiro itself began it. */
  summaries: Entry[];
  /** The session's file does not tell of it: its execution does. */
  isUnlisted?: boolean;
}

/** The newest message of the session is told apart: the file's model is that turn's. */
export interface SessionFacts {
  facts: Fact[];
  problems: Problem[];
  newestMessageId?: string;
}

/** All facts of a session and of the subagents that ran in it. `executions`: by id. */
export function toSessionFacts(sessionId: string, file: SessionFile, executions: ReadonlyMap<string, Execution>): SessionFacts {
  const writer: Writer = { sessionId, facts: [], problems: [] };
  const turns = toTurns(withOwnIds(file.entries, sessionId), executions);
  const ids = turns.map((turn, index) => addTurn(writer, turn, index));
  return { facts: writer.facts, problems: writer.problems, newestMessageId: ids.at(-1) };
}

/** Message ids name spans: one that another session may have too, or that comes twice, is made its own. */
function withOwnIds(entries: readonly Entry[], sessionId: string): Entry[] {
  const seen = new Set<string>();
  return entries.map((entry, index) => {
    if (entry.id === undefined) return entry;
    const own = isUniqueId(entry.id) ? entry.id : `${sessionId}:${entry.id}`;
    const id = seen.has(own) ? `${own}:${index}` : own;
    seen.add(id);
    return { ...entry, id };
  });
}

function toTurns(entries: readonly Entry[], executions: ReadonlyMap<string, Execution>): Turn[] {
  const turns: Turn[] = [];
  const left = new Map(executions);
  let isOpen = false;
  let summaries: Entry[] = [];
  const open = (turn: Partial<Turn>): Turn => {
    const opened = { executions: [], summaries, ...turn };
    summaries = [];
    turns.push(opened);
    return opened;
  };
  for (const entry of entries) {
    if (entry.role === 'user' && entry.isHidden) summaries.push(entry);
    else if (entry.role === 'user') open({ prompt: entry });
    else {
      const execution = entry.executionId === undefined ? undefined : left.get(entry.executionId);
      // What Kiro answers to its own summary.
      if (!isOpen && !execution && summaries.length > 0) continue;
      const turn = isOpen ? (turns.at(-1) ?? open({})) : open({});
      if (execution) turn.executions.push(...takeChain(execution, left));
      turn.answer = entry;
    }
    // Words without a prompt before them go on with the turn; a hidden one begins another.
    isOpen = !(entry.role === 'user' && entry.isHidden);
  }
  placeRest(turns, [...left.values()]);
  return turns;
}

/** An execution, and those that it handed over to. */
function takeChain(first: Execution, left: Map<string, Execution>): Execution[] {
  const chain: Execution[] = [];
  for (let execution: Execution | undefined = first; execution && left.delete(execution.id); ) {
    chain.push(execution);
    const next: string | undefined = execution.actions.map((action) => (action.type === 'specAgent' ? asText(action.output?.executionId) : undefined)).find((id) => id !== undefined);
    execution = next === undefined ? undefined : left.get(next);
  }
  return chain;
}

/** Executions that the file does not name: broken off before it was written, or started by another one. They go by their clock. */
function placeRest(turns: Turn[], rest: Execution[]): void {
  for (const execution of rest.sort((a, b) => (a.startMillis ?? 0) - (b.startMillis ?? 0) || (a.id < b.id ? -1 : 1))) {
    const start = execution.startMillis ?? Infinity;
    const next = turns.findIndex((turn) => (turn.executions[0]?.startMillis ?? -Infinity) > start);
    const before = turns[(next === -1 ? turns.length : next) - 1];
    // A prompt that got no answer is the one that was broken off, if it says the same.
    const isItsOwn = before !== undefined && before.executions.length === 0 && before.prompt?.text !== undefined && before.prompt.text === execution.prompt;
    if (before && (isItsOwn || (execution.workflow !== undefined && execution.workflow !== 'chat-agent' && before.executions.length > 0))) before.executions.push(execution);
    else turns.splice(next === -1 ? turns.length : next, 0, { executions: [execution], summaries: [], isUnlisted: true });
  }
}

/** Returns the id of the message that opens it. */
function addTurn(writer: Writer, turn: Turn, index: number): string {
  const { prompt, executions, summaries, answer } = turn;
  const [first] = executions;
  const snapshot = executions.find((execution) => execution.isSnapshot);
  const messageId = prompt?.id ?? (first ? `execution:${first.id}` : (answer?.id ?? `${writer.sessionId}:entry:${index}`));
  for (const summary of summaries) {
    writer.facts.push({ ...baseOf(writer), type: 'context.changed', change: 'compaction', key: `summary:${summary.id ?? `${index}:${writer.facts.length}`}`, text: summary.text });
  }
  const at = toInstant(first?.startMillis);
  writer.facts.push({
    ...baseOf(writer, first?.id), type: 'turn.started', key: `msg:${messageId}`, messageId, prompt: turn.isUnlisted ? first?.prompt : prompt?.text,
    ...(first && !snapshot ? { isEndTold: true } : {}), ...(at ? { at } : {}),
  });
  const told = executions.map((execution) => addExecution(writer, execution));
  const answers = told.flatMap((steps) => steps.answers);
  const text = answer?.text ?? snapshot?.answer;
  if (answers.length === 0 && answer && text !== undefined) {
    const id = answer.id ?? `answer:${messageId}`;
    const endedAt = snapshot?.endMillis === undefined ? undefined : millisToNano(snapshot.endMillis);
    writer.facts.push({ ...baseOf(writer, first?.id), type: 'model.answered', key: `msg:${id}`, messageId: id, outcome: 'ok', callIds: [], text, requestModel: snapshot?.model, endedAt });
  }
  if (executions.length > 0 && executions.every(({ outcome }) => outcome !== undefined)) addTurnEnd(writer, executions, { messageId, told });
  return messageId;
}

function addTurnEnd(writer: Writer, executions: readonly Execution[], { messageId, told }: { messageId: string; told: readonly Steps[] }): void {
  const reason: Outcome = executions.at(-1)?.outcome ?? 'unknown';
  const first = executions[0];
  const ends = executions.flatMap(({ endMillis }) => endMillis ?? []);
  const credits = executions.flatMap((execution) => execution.credits ?? []);
  const intent = told.map((steps) => steps.intent).find((word) => word !== undefined);
  const errorMessage = told.map((steps) => steps.errorMessage).findLast((text) => text !== undefined);
  writer.facts.push({
    ...baseOf(writer, first?.id), type: 'turn.ended', key: `turn:${messageId}`, reason,
    messageIds: [messageId, ...told.flatMap((steps) => steps.answers.map((answer) => answer.messageId))],
    startedAt: first?.startMillis === undefined ? undefined : millisToNano(first.startMillis),
    endedAt: ends.length === 0 ? undefined : millisToNano(Math.max(...ends)),
    turnCredits: credits.length === 0 ? undefined : credits.reduce((sum, value) => sum + value, 0),
    contextUsagePercent: executions.map((execution) => execution.contextUsagePercent).findLast((percent) => percent !== undefined),
    ...(reason === 'error' ? { errorType: 'agent_error', errorMessage } : {}),
    extra: {
      ...(first ? { 'kiro.execution_id': first.id } : {}),
      ...(first?.workflow === undefined ? {} : { 'kiro.workflow': first.workflow }),
      ...(intent === undefined ? {} : { 'kiro.intent': intent }),
    },
  });
}

/** The steps of subagents stand among those of their parent, marked. Each is a session of its own, without a file of its own. */
function addExecution(writer: Writer, execution: Execution): Steps {
  const spawns = new Map(execution.actions.flatMap((action) => {
    const id = spawnedBy(action);
    return id === undefined ? [] : [[id, action] as const];
  }));
  const ownerOf = (action: Action): string | undefined => (action.childId === spawnedBy(action) ? undefined : action.childId);
  const byOwner = Map.groupBy(execution.actions, ownerOf);
  const steps = addSteps(writer, byOwner.get(undefined) ?? [], execution);
  for (const [childId, actions] of byOwner) {
    if (childId !== undefined && childId !== writer.sessionId) addChild(writer, { childId, actions, execution, spawn: spawns.get(childId), parentId: ownerOfSpawn(spawns.get(childId), ownerOf) ?? writer.sessionId });
  }
  return steps;
}

function ownerOfSpawn(spawn: Action | undefined, ownerOf: (action: Action) => string | undefined): string | undefined {
  return spawn && ownerOf(spawn);
}

interface Child {
  childId: string;
  parentId: string;
  actions: readonly Action[];
  execution: Execution;
  /** The call that started it. */
  spawn?: Action;
}

function addChild(parent: Writer, { childId, parentId, actions, execution, spawn }: Child): void {
  const writer: Writer = { ...parent, sessionId: childId };
  const names = spawn ? [spawn.input.subAgentName, spawn.input.name, spawn.input.agent, spawn.rawInput?.name, spawn.rawInput?.agent] : [];
  const agentName = names.map(asText).find((name) => name !== undefined);
  const moments = actions.flatMap(({ emittedMillis, endMillis }) => [emittedMillis ?? [], endMillis ?? []].flat());
  const begun = spawn?.emittedMillis ?? moments.reduce<number | undefined>((least, millis) => (least === undefined || millis < least ? millis : least), undefined);
  const messageId = `subagent:${childId}`;
  const response = actions.findLast(({ type }) => type === 'subagent_response' || type === 'subagentResponse');
  const outcome = response ? 'ok' : execution.outcome;
  writer.facts.push({ ...baseOf(writer), type: 'session.seen', key: `session:${childId}`, parent: { sessionId: parentId, relation: 'subagent' }, agentName });
  const at = toInstant(begun);
  const prompt = spawn && (asText(spawn.input.prompt) ?? asText(spawn.rawInput?.prompt) ?? asText(spawn.rawInput?.input));
  writer.facts.push({ ...baseOf(writer, execution.id), type: 'turn.started', key: `msg:${messageId}`, messageId, prompt, isEndTold: true, ...(at ? { at } : {}) });
  const steps = addSteps(writer, actions, { id: execution.id, outcome });
  const words = asText(response?.output?.response) ?? asText(response?.input.response) ?? asText(spawn?.output?.response);
  const last = steps.answers.at(-1);
  if (last && last.text === undefined && last.callIds.length === 0) last.text = words;
  if (outcome === undefined) return;
  const end = response?.endMillis ?? response?.emittedMillis ?? spawn?.endMillis;
  writer.facts.push({
    ...baseOf(writer, execution.id), type: 'turn.ended', key: `turn:${messageId}`, reason: outcome, messageIds: [messageId], answer: words,
    endedAt: end === undefined ? undefined : millisToNano(end),
  });
}
