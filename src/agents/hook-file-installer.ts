/** The installer of an agent whose hooks stand in a file of their own (`listed-hooks.ts`), for the user or for one project. */
import { createHash } from 'node:crypto';
import type { Finding } from '../core/finding.ts';
import type { AgentEnvironment, DiagnoseRequest, FileEdit, InstallRecord, Installer } from './agent.ts';
import { openForEdit, peekJson, type Refusal } from './install-file.ts';
import { findInstallTarget, refuse, toHooksFinding } from './install-target.ts';
import { findProperty, parseJsonText, type JsonText } from './json-edit.ts';
import { hasListed, mergeListed, readListed, stripListed, toListedFile, type ListedHooks } from './listed-hooks.ts';

export interface HookFileAgent {
  /** As people know it: `GitHub Copilot`. */
  title: string;
  isPresent(environment: AgentEnvironment): boolean;
  /** The user's hook file; undefined without a home. */
  findFile(environment: AgentEnvironment): string | undefined;
  /** A project's, from the project's folder. */
  projectFile: readonly string[];
  /** The file bears our name: one in which nothing else is left goes. Absent: only one that we made. */
  isOurName?: boolean;
  toHooks(command: string): ListedHooks;
  /** What stands in an entry → the command that is really run. Absent: the same. */
  unwrap?(run: string): string;
  /** Sentences after an install, and after an uninstall that took something out. */
  installed(isProject: boolean): string;
  uninstalled: string;
  /** Settings that keep all hooks from running. */
  findObstacles?(environment: AgentEnvironment): { file: string; sentence: string }[];
  /** What else keeps the agent from running what stands in the file. */
  findFaults?(json: JsonText): string[];
  /** What else is worth saying of our entries. */
  inspect?(path: string, json: JsonText, ours: ListedHooks): Finding[];
}

/** `options.scope: 'project'` installs into the project at `options.folder` (absolute). */
export function createHookFileInstaller(agent: HookFileAgent): Installer {
  const { title, findFile, toHooks, unwrap = (run: string): string => run } = agent;
  const peekOurs = (environment: AgentEnvironment, command: string): { path: string; runs: string[] } | undefined => {
    const path = findFile(environment);
    const json = path === undefined ? undefined : peekJson(path);
    return path === undefined ? undefined : { path, runs: json ? readListed(json, toHooks(command)).flatMap(({ runs }) => runs) : [] };
  };
  return {
    hasProjectScope: true,
    isPresent: agent.isPresent,
    plan(request) {
      const target = findInstallTarget(request, { find: findFile, project: agent.projectFile });
      if ('refusal' in target) return refuse(target);
      const edit = planHooks(target.path, toHooks(request.hookCommand));
      if (edit && 'refusal' in edit) return refuse(edit);
      const obstacles = (agent.findObstacles?.(request.environment) ?? []).map(({ file, sentence }) => `${file}: ${sentence}`);
      return { edits: edit ? [edit] : [], notes: [edit ? agent.installed(target.isProject) : `${target.path} holds spoor's hooks already.`, ...obstacles] };
    },
    planUninstall({ environment, hookCommand }, record) {
      const own = findFile(environment);
      const recorded = new Map(record.files.map((file) => [file.path, file]));
      const edits: FileEdit[] = [];
      for (const path of new Set([...recorded.keys(), ...(own === undefined ? [] : [own])])) {
        const edit = planUndo({ path, ours: toHooks(hookCommand), isOurName: agent.isOurName === true }, recorded.get(path));
        if (edit && 'refusal' in edit) return refuse(edit);
        if (edit) edits.push(edit);
      }
      return { edits, notes: [edits.length === 0 ? `No hook file of ${title} holds a hook of spoor.` : agent.uninstalled] };
    },
    installedIn(environment, command) {
      const found = peekOurs(environment, command);
      return found && found.runs.length > 0 ? [found.path] : [];
    },
    readCommands(environment, command) {
      const found = peekOurs(environment, command);
      return found ? [...new Set(found.runs)].map((run) => ({ path: found.path, command: unwrap(run) })) : [];
    },
    diagnose: (request) => diagnose(agent, request),
  };
}

/** The edit that puts our hooks into the file; undefined: they are there. */
function planHooks(path: string, ours: ListedHooks): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return { path, after: Buffer.from(`${JSON.stringify(toListedFile(ours), null, 2)}\n`) };
  if ('refusal' in file) return file;
  const merged = mergeListed(file.json, ours);
  if ('reason' in merged) return { refusal: `${path} ${merged.reason}. It was left as it is: mend it or move it away, and try again.` };
  return merged.text === file.json.text ? undefined : { path, before: file.bytes, after: Buffer.from(merged.text) };
}

interface Undo {
  path: string;
  ours: ListedHooks;
  isOurName: boolean;
}

/** The edit that takes our hooks out, byte for byte where nobody has edited since; undefined: there are none. */
function planUndo({ path, ours, isOurName }: Undo, recorded: InstallRecord['files'][number] | undefined): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return undefined;
  if ('refusal' in file) return recorded ? file : undefined;
  const before = recorded?.beforeBase64 === undefined ? undefined : Buffer.from(recorded.beforeBase64, 'base64');
  const parsed = before && parseJsonText(before);
  const former = parsed && !('reason' in parsed) ? parsed : undefined;
  const isUntouched = recorded?.afterSha256 === createHash('sha256').update(file.bytes).digest('hex');
  if (isUntouched && recorded.created) return { path, before: file.bytes };
  if (isUntouched && before && !(former && hasListed(former, ours))) return { path, before: file.bytes, after: before };
  const stripped = stripListed(file.json, ours, former);
  if (stripped.text === file.json.text) return undefined;
  const isOwn = recorded?.created === true || (isOurName && (before === undefined || (former !== undefined && hasListed(former, ours) && isEmpty(stripListed(former, ours)))));
  return isEmpty(stripped) && isOwn ? { path, before: file.bytes } : { path, before: file.bytes, after: Buffer.from(stripped.text) };
}

function isEmpty(json: JsonText): boolean {
  return findProperty(json.root, 'hooks')?.children?.length === 0;
}

function diagnose(agent: HookFileAgent, { environment, hookCommand, installCommand }: DiagnoseRequest): Finding[] {
  const path = agent.findFile(environment);
  if (path === undefined) return [{ check: 'hooks', state: 'unknown', seen: `There is no HOME, so the hooks of ${agent.title} cannot be found`, next: 'set HOME' }];
  const ours = agent.toHooks(hookCommand);
  const json = peekJson(path);
  const told = json ? readListed(json, ours) : [];
  if (!json || !told.some(({ runs }) => runs.length > 0)) return [{ check: 'hooks', state: 'broken', seen: `${path} holds no hook of spoor`, next: installCommand }];
  const missing = told.filter(({ event, runs }) => runs.length === 0 && ours.events.includes(event)).map(({ event }) => event);
  const stale = told.filter(({ event, runs }) => runs.some((run) => run !== ours.toRun(event))).map(({ event }) => event);
  const obstacles = (agent.findObstacles?.(environment) ?? []).map(({ file, sentence }): Finding => ({ check: 'settings', state: 'broken', seen: `${file}: ${sentence.replace(/\.$/, '')}`, next: `mend ${file}` }));
  return [toHooksFinding(path, { events: ours.events.length, missing, stale, faults: agent.findFaults?.(json), installCommand }), ...(agent.inspect?.(path, json, ours) ?? []), ...obstacles];
}
