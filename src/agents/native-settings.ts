/**
 * `install --native` for agents whose own telemetry is set in a JSON settings file: our settings beside what stands there, and out again. Where
 * the agent already sends its telemetry somewhere that stays as it is, and the plan says so.
 */
import type { AgentEnvironment, FileEdit, InstallPlan, Installer, InstallRecord } from './agent.ts';
import { openBytes, openForEdit, peekJson, type Refusal } from './install-file.ts';
import { addProperty, findProperty, parseJsonText, removeNode, replaceSource, replaceValue, sourceOf, type JsonText } from './json-edit.ts';

/** One value of a settings file: where it stands, and what it is to be. */
export interface Setting {
  path: readonly string[];
  value: unknown;
  /** Whatever a person wrote there counts: it is set only where nothing stands. */
  isDefault?: boolean;
}

export interface NativeSettings {
  title: string;
  findFile(environment: AgentEnvironment): string | undefined;
  /** What has the agent's telemetry sent to this base address. */
  toSettings(url: string): readonly Setting[];
  /** Where the agent sends it already, by these settings or by this shell; undefined where it sends none, or to this address. */
  findOther(settings: JsonText | undefined, environment: AgentEnvironment, url: string): string | undefined;
}

/** The name in an install record under which the address stands that telemetry was sent to. */
export const NATIVE_NOTE = 'native';

/** Plans with ours put in on top of the hooks' edits, and taken out with them. `options.native`: the receiver's base address. */
export function withNative(installer: Installer, native: NativeSettings): Installer {
  return {
    ...installer,
    hasNative: true,
    plan(request) {
      const { native: url } = request.options;
      const plan = installer.plan(request);
      return plan.refusal !== undefined || typeof url !== 'string' ? plan : addNative(plan, native, { environment: request.environment, url });
    },
    planUninstall(request, record) {
      const plan = installer.planUninstall(request, record);
      return plan.refusal !== undefined ? plan : removeNative(plan, native, { environment: request.environment, record });
    },
    nativeAddress(environment) {
      const path = native.findFile(environment);
      const json = path === undefined ? undefined : peekJson(path);
      return json && findAddress(json, native);
    },
  };
}

/** The loopback address that our settings name; undefined where they are not all there. */
function findAddress(json: JsonText, { toSettings }: NativeSettings): string | undefined {
  const [named] = toSettings('').filter(({ value }) => value === '');
  const found = named && find(json, named.path)?.value as unknown;
  // Another collector may have been set with the same standard values.
  const isOurs = typeof found === 'string' && /^http:\/\/127\.0\.0\.1:\d+$/.test(found) && toSettings(found).every(({ path, value, isDefault }) => isDefault === true || find(json, path)?.value === value);
  return isOurs ? found : undefined;
}

/** A sentence why an agent's telemetry is left alone. */
export function toNativeRefusal(title: string, other: string): Refusal {
  return { refusal: `${title} already has its telemetry go elsewhere (${other}), and that stays as it is. To install the hooks alone, leave --native out.` };
}

/** A sentence of what was set. */
export function toNativeSentence(title: string, url: string): string {
  return `${title} will send its own telemetry to ${url}: spoor serve must run there to take it in. What comes while nobody listens is lost, and the hooks tell as much as without it.`;
}

function addNative(plan: InstallPlan, native: NativeSettings, { environment, url }: { environment: AgentEnvironment; url: string }): InstallPlan {
  const refuse = ({ refusal }: Refusal): InstallPlan => ({ edits: [], notes: [], refusal });
  const path = native.findFile(environment);
  if (path === undefined) return plan;
  const planned = plan.edits.find((edit) => edit.path === path);
  const file = planned?.after === undefined ? openForEdit(path) : undefined;
  if (file && 'refusal' in file) return refuse(file);
  const parsed = parseJsonText(planned?.after ?? file?.bytes ?? Buffer.from('{}\n'));
  if ('reason' in parsed) return refuse({ refusal: `${path} ${parsed.reason}. It was left as it is: mend it and try again.` });
  const other = native.findOther(parsed, environment, url);
  if (other !== undefined) return refuse(toNativeRefusal(native.title, other));
  const json = setAll(parsed, native.toSettings(url));
  if (!json) return refuse({ refusal: `${path} holds settings of telemetry in a form that spoor cannot add to. It was left as it is.` });
  const notes = [...plan.notes, toNativeSentence(native.title, url)];
  const remember = { ...plan.remember, [NATIVE_NOTE]: url };
  if (json.text === parsed.text) return { ...plan, notes, remember };
  const edit: FileEdit = { path, ...(planned ? (planned.before ? { before: planned.before } : {}) : file ? { before: file.bytes } : {}), after: Buffer.from(json.text) };
  return { ...plan, edits: planned ? plan.edits.map((one) => (one === planned ? edit : one)) : [...plan.edits, edit], notes, remember };
}

function find({ root }: JsonText, path: readonly string[]): ReturnType<typeof findProperty> {
  return path.reduce<ReturnType<typeof findProperty>>((node, key) => findProperty(node, key), root);
}

/** Undefined: what should hold a setting is no object. */
function setAll(json: JsonText, settings: readonly Setting[]): JsonText | undefined {
  let current: JsonText | undefined = json;
  for (const setting of settings) current = current && set(current, setting);
  return current;
}

function set(json: JsonText, { path, value, isDefault }: Setting): JsonText | undefined {
  const known = find(json, path);
  if (known) return isDefault || known.value === value ? json : replaceValue(json, known, value);
  const depth = path.findLastIndex((_, index) => find(json, path.slice(0, index)) !== undefined);
  const holder = find(json, path.slice(0, depth));
  const inner = path.slice(depth + 1).reduceRight<unknown>((held, key) => ({ [key]: held }), value);
  return holder?.type === 'object' ? addProperty(json, holder, path[depth] as string, inner) : undefined;
}

/** After the hooks' own undo: what of ours still stands there goes, or becomes what it was. */
function removeNative(plan: InstallPlan, native: NativeSettings, { environment, record }: { environment: AgentEnvironment; record: InstallRecord }): InstallPlan {
  const path = native.findFile(environment);
  const url = record.notes[NATIVE_NOTE];
  if (path === undefined || url === undefined) return plan;
  const planned = plan.edits.find((edit) => edit.path === path);
  if (planned && !planned.after) return plan;
  const file = openBytes(path);
  if (!file || 'refusal' in file) return plan;
  const parsed = parseJsonText(planned?.after ?? file.bytes);
  if ('reason' in parsed) return plan;
  const recorded = record.files.find((one) => one.path === path);
  const former = recorded?.beforeBase64 === undefined ? undefined : parseJsonText(Buffer.from(recorded.beforeBase64, 'base64'));
  const before = former && !('reason' in former) ? former : undefined;
  // Byte for byte what it was: that is already without us.
  if (before && before.text === parsed.text) return plan;
  let json = parsed;
  for (const setting of native.toSettings(url).toReversed()) json = unset(json, setting, before);
  if (json.text === parsed.text) return plan;
  const isOurFile = recorded?.created === true && json.root.children?.length === 0;
  const edit: FileEdit = { path, before: file.bytes, ...(isOurFile ? {} : { after: Buffer.from(json.text) }) };
  return { ...plan, edits: planned ? plan.edits.map((one) => (one === planned ? edit : one)) : [...plan.edits, edit] };
}

/** An object that is empty again as it was written when it was empty before. */
function restoreEmpty(json: JsonText, path: readonly string[], before: JsonText | undefined): JsonText {
  const [node, former] = [find(json, path), before && find(before, path)];
  const isSame = before && node?.children?.length === 0 && former?.children?.length === 0;
  return isSame ? replaceSource(json, node, sourceOf(before, former)) : json;
}

/** What somebody has changed since stays. */
function unset(json: JsonText, { path, value }: Setting, before: JsonText | undefined): JsonText {
  const node = find(json, path);
  if (!node || node.value !== value) return json;
  const former = before && find(before, path);
  if (before && former) return replaceSource(json, node, sourceOf(before, former));
  const parent = path.slice(0, -1);
  const without = restoreEmpty(removeNode(json, node), parent, before);
  const holder = find(without, parent);
  const isOurs = holder?.children?.length === 0 && parent.length > 0 && (before === undefined || find(before, parent) === undefined);
  return isOurs ? restoreEmpty(removeNode(without, holder), [], before) : without;
}
