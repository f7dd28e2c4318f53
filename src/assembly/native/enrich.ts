/**
 * Step 7b: what telemetry tells of requests and calls that others know → their clocks, decisions and costs. The history keeps its words and its
 * tokens. Joined by the agent's ids, in the whole family: some agents tell of a subagent's requests in its parent's name. A request without a
 * shared id is the nearest in time that used exactly as many tokens.
 */
import type { FactOf } from '../../core/fact.ts';
import { earliest, latest } from '../../core/time.ts';
import type { AnswerDraft, SessionDraft, ToolDraft, TurnDraft } from '../drafts.ts';
import type { NativeCall, NativeTurn } from './native-turns.ts';

type Answer = FactOf<'model.answered'>;

/** An answer is written down within this of its request's end. */
const FARTHEST_NANO = 60_000_000_000n;

/** Fills in what telemetry knows of the turns of a family. */
export function enrich(drafts: readonly SessionDraft[], told: readonly NativeTurn[]): void {
  if (told.length === 0) return;
  const turns = drafts.flatMap((draft) => draft.turns);
  enrichAnswers(turns, told.flatMap(({ answers }) => answers));
  const byId = toToolIndex(turns);
  for (const call of told.flatMap(({ calls }) => calls)) {
    const tool = findTool(byId, call);
    if (tool) setNative(tool, call);
  }
  const skills = told.flatMap((native) => native.skills);
  if (skills.length === 0) return;
  const bySkill = Map.groupBy(turns.flatMap((turn) => turn.tools), ({ request }) => request.skillName);
  for (const skill of skills) noteSkill(bySkill.get(skill.skillName) ?? [], skill);
}

function enrichAnswers(turns: readonly TurnDraft[], told: readonly Answer[]): void {
  const answers = turns.flatMap((turn) => turn.answers).filter(({ fact }) => !fact.isSynthetic && fact.source !== 'native');
  const byId = new Map(answers.flatMap((answer) => [answer.fact.requestId, answer.fact.responseId, answer.fact.messageId].flatMap((id) => (id ? [[id, answer] as const] : []))));
  const joined = new Set<AnswerDraft>();
  const left: Answer[] = [];
  for (const native of told) {
    const answer = byId.get(native.requestId ?? '') ?? byId.get(native.responseId ?? '');
    if (answer && !joined.has(answer) && isNear(answer.fact, native)) join(answer, native, joined);
    else if (!answer) left.push(native);
  }
  if (left.length === 0) return;
  const byTokens = Map.groupBy(answers.filter((answer) => !joined.has(answer)), ({ fact }) => toTokens(fact));
  for (const native of left) {
    const tokens = toTokens(native);
    const alike = tokens === undefined ? undefined : byTokens.get(tokens);
    const answer = alike && findNearest(alike, native);
    if (!answer) continue;
    alike.splice(alike.indexOf(answer), 1);
    join(answer, native, joined);
  }
}

/** Requests that used as many tokens, in and out, are alike. Undefined: not both are told. */
function toTokens({ usage }: Answer): string | undefined {
  const { inputTokens, outputTokens } = usage ?? {};
  return inputTokens === undefined || outputTokens === undefined ? undefined : `${inputTokens} ${outputTokens}`;
}

/** Providers of one's own may number anew in each process. */
function isNear(answer: Answer, native: Answer): boolean {
  const apart = distance(answer, native);
  return apart === undefined || apart <= FARTHEST_NANO;
}

function distance(answer: Answer, native: Answer): bigint | undefined {
  const [a, b] = [answer.endedAt ?? answer.at?.unixNano, native.endedAt ?? native.at?.unixNano];
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a - b : b - a;
}

function findNearest(answers: readonly AnswerDraft[], native: Answer): AnswerDraft | undefined {
  let best: { answer: AnswerDraft; apart: bigint } | undefined;
  for (const answer of answers) {
    const apart = distance(answer.fact, native);
    if (apart !== undefined && apart <= FARTHEST_NANO && (!best || apart < best.apart)) best = { answer, apart };
  }
  return best?.answer;
}

function join(answer: AnswerDraft, native: Answer, joined: Set<AnswerDraft>): void {
  joined.add(answer);
  const { fact } = answer;
  const told: Answer['told'] = { ...fact.told };
  const more: Partial<Answer> = {};
  if (native.startedAt !== undefined && native.endedAt !== undefined) {
    Object.assign(more, { startedAt: native.startedAt, endedAt: native.endedAt });
    told.times = 'native';
  }
  if (!fact.usage && native.usage) {
    more.usage = native.usage;
    told.usage = 'native';
  }
  if (!fact.cost && native.cost) {
    more.cost = native.cost;
    told.cost = 'native';
  }
  for (const name of ['timeToFirstChunkNano', 'attempts', 'finishReasons', 'requestModel', 'responseModel', 'provider', 'serviceTier', 'errorType'] as const) {
    if (fact[name] === undefined && native[name] !== undefined) Object.assign(more, { [name]: native[name] });
  }
  answer.fact = { ...fact, ...more, told, ...(native.extra || fact.extra ? { extra: { ...native.extra, ...fact.extra } } : {}) };
  answer.alias = native.messageId;
}

function toToolIndex(turns: readonly TurnDraft[]): Map<string, ToolDraft[]> {
  const byId = new Map<string, ToolDraft[]>();
  for (const tool of turns.flatMap((turn) => turn.tools)) {
    const requests = [tool.request, tool.started?.tool, tool.ended?.tool];
    for (const id of new Set(requests.flatMap((request) => [request?.callId, request?.nativeCallId]))) {
      if (!id) continue;
      const known = byId.get(id);
      if (known) known.push(tool);
      else byId.set(id, [tool]);
    }
  }
  return byId;
}

/** Of several that bear its id, the nearest: models may number their calls anew in each turn. */
function findTool(byId: ReadonlyMap<string, ToolDraft[]>, { callId, nativeCallId, startedAt, endedAt }: NativeCall): ToolDraft | undefined {
  const tools = byId.get(callId) ?? byId.get(nativeCallId ?? callId) ?? [];
  const at = endedAt ?? startedAt;
  if (tools.length < 2 || at === undefined) return tools[0];
  const apart = (tool: ToolDraft): bigint => {
    const moment = tool.ended?.at?.unixNano ?? tool.result?.at?.unixNano ?? tool.started?.at?.unixNano ?? tool.called?.at?.unixNano ?? 0n;
    return moment > at ? moment - at : at - moment;
  };
  return tools.reduce((best, tool) => (apart(best) <= apart(tool) ? best : tool));
}

/** Of a subagent's call some records may be told in its parent's name: what was told before stays. */
function setNative(tool: ToolDraft, call: NativeCall): void {
  const { startedAt, endedAt, result, decided, extra } = call;
  const known = tool.native;
  const from = earliest(known?.startedAt, startedAt);
  const to = latest(known?.endedAt, endedAt);
  const durationNano = known?.durationNano ?? result?.durationNano;
  const outcome = result?.outcome ?? known?.outcome;
  tool.native = { ...(from === undefined ? {} : { startedAt: from }), ...(to === undefined ? {} : { endedAt: to }), ...(durationNano === undefined ? {} : { durationNano }), ...(outcome === undefined ? {} : { outcome }), extra: { ...known?.extra, ...extra } };
  // What its hooks call it by says more than a log without its arguments.
  const seen = tool.called?.source === 'native' ? tool.started?.tool : undefined;
  if (seen) tool.request = { ...seen, callId: seen.callId ?? tool.request.callId };
  const { decision } = decided ?? {};
  if (!decided?.at || decision === undefined) return;
  const answered: FactOf<'permission.answered'> = { ...decided, type: 'permission.answered', askId: `native:${call.callId}`, decision };
  const untold = tool.waits.find((wait) => wait.isAnswerUntold === true);
  if (untold) Object.assign(untold, { answered, isAnswerUntold: false });
  else if (tool.waits.length === 0 && startedAt !== undefined) {
    const asked: FactOf<'permission.asked'> = { ...decided, type: 'permission.asked', askId: answered.askId, callIds: [call.callId], at: { unixNano: startedAt, source: 'native' } };
    tool.waits = [{ asked, answered, window: { source: 'estimated' } }];
  }
}

/** Who wanted a skill: said on the call that loaded it, the nearest of its name. */
function noteSkill(tools: readonly ToolDraft[], { at, extra }: FactOf<'skill.activated'>): void {
  const moment = at?.unixNano;
  if (moment === undefined) return;
  let best: { tool: ToolDraft; apart: bigint } | undefined;
  for (const tool of tools) {
    const called = tool.started?.at?.unixNano ?? tool.native?.startedAt ?? tool.called?.at?.unixNano;
    if (called === undefined) continue;
    const apart = called > moment ? called - moment : moment - called;
    if (apart <= FARTHEST_NANO && (!best || apart < best.apart)) best = { tool, apart };
  }
  if (best) best.tool.native = { ...best.tool.native, extra: { ...best.tool.native?.extra, ...extra } };
}
