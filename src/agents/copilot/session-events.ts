/** Events about a session as a whole: where it works, which modes it is in, what it cost so far, when its process left it. */
import { toBranch, toCommit, toRepositoryUrl, type Repository } from '../../core/repository.ts';
import { parseRfc3339 } from '../../core/time.ts';
import { asAmount, asRecord, asText, asTitle } from '../untrusted.ts';
import { PREFIX } from './names.ts';
import { threadOf, type CopilotEvent, type SessionReading } from './reading.ts';

/** `session.start`, `session.resume`, `session.context_changed`. */
export function addSession(reading: SessionReading, event: CopilotEvent): void {
  const { data, type } = event;
  const context = asRecord(data.context) ?? data;
  // A process that takes a session up finds nothing of it running.
  if (type === 'session.resume') leave(reading);
  const told = type === 'session.start' ? asText(data.sessionId) : undefined;
  if (told !== undefined && told !== reading.sessionId) reading.forkOf ??= told;
  reading.cwd ??= asText(context.cwd);
  reading.agentVersion = asText(data.copilotVersion) ?? reading.agentVersion;
  reading.startedAt ??= type === 'session.start' ? (parseRfc3339(data.startTime) ?? event.at?.unixNano) : undefined;
  setModel(reading, data.selectedModel);
  reading.repository = { ...reading.repository, ...toRepository(context) };
  setText(reading, 'reasoning_effort', data.reasoningEffort);
}

/** `repository`: `owner/name`, the host is told apart, and not in every version. */
function toRepository(context: Record<string, unknown>): Repository {
  const branch = toBranch(asText(context.branch));
  const commit = toCommit(asText(context.headCommit));
  const name = asText(context.repository);
  const host = asText(context.repositoryHost);
  const url = name !== undefined && host !== undefined ? toRepositoryUrl(`https://${host}/${name}`) : undefined;
  // Another branch, and no word of the commit: the one before was the other branch's.
  return { ...(branch === undefined ? {} : { branch, commit: undefined }), ...(commit === undefined ? {} : { commit }), ...(name === undefined ? {} : { name }), ...(url === undefined ? {} : { url }) };
}

/** `session.model_change`. `auto` is no model: a router chooses one for each prompt. */
export function addModel(reading: SessionReading, event: CopilotEvent): void {
  if (threadOf(reading, event) !== reading.root) return;
  setModel(reading, event.data.newModel);
  setText(reading, 'reasoning_effort', event.data.reasoningEffort);
}

function setModel(reading: SessionReading, value: unknown): void {
  const model = asText(value);
  if (model !== undefined && model !== 'auto') reading.model = model;
}

function setText(reading: SessionReading, name: string, value: unknown): void {
  const text = asText(value);
  if (text !== undefined) reading.extra[PREFIX + name] = text;
}

/** `session.mode_changed`, `session.permissions_changed`. */
export function addMode(reading: SessionReading, { data }: CopilotEvent): void {
  setText(reading, 'session_mode', data.newMode);
  const mode = asText(data.permissionMode) ?? (typeof data.allowAllPermissions === 'boolean' ? (data.allowAllPermissions ? 'allow-all' : 'manual') : undefined);
  setText(reading, 'permission_mode', mode);
}

/** `session.title_changed`. */
export function addTitle(reading: SessionReading, { data }: CopilotEvent): void {
  reading.title = asTitle(data.title) ?? reading.title;
}

/** `session.usage_checkpoint`: the session's meters, which only rise while a process has the session. What they rose by is the newest turn's. */
export function addMeter(reading: SessionReading, { data }: CopilotEvent): void {
  const { meter, root } = reading;
  const turn = root.turns.at(-1);
  const [nanoAiu, premium] = [asAmount(data.totalNanoAiu), asAmount(data.totalPremiumRequests)];
  const isOwn = turn !== undefined && root.turns.length - meter.turns <= 1;
  const [credits, requests] = [toRise(nanoAiu, meter.nanoAiu), toRise(premium, meter.premiumRequests)];
  if (isOwn && credits > 0) turn.credits = ((turn.credits ?? 0) * 1e9 + credits) / 1e9;
  if (isOwn && requests > 0) turn.premiumRequests = (turn.premiumRequests ?? 0) + requests;
  reading.meter = { nanoAiu: nanoAiu ?? meter.nanoAiu, premiumRequests: premium ?? meter.premiumRequests, turns: root.turns.length };
}

/** One that fell was begun anew, by another process. */
function toRise(now: number | undefined, before: number): number {
  if (now === undefined) return 0;
  return now < before ? now : now - before;
}

/** `session.shutdown`: the process leaves the session. */
export function addShutdown(reading: SessionReading, event: CopilotEvent): void {
  addMeter(reading, event);
  setModel(reading, event.data.currentModel);
  leave(reading);
}

function leave(reading: SessionReading): void {
  for (const { turns } of [reading.root, ...reading.threads.values()]) {
    const turn = turns.at(-1);
    if (turn) turn.isOver = true;
  }
}
