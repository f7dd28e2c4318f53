/**
 * Codex' own telemetry: `exporter` in `[otel]` of `config.toml`. Its logs tell when a request was sent and its answer was whole, and who decided about a call;
 * its spans and metrics add nothing to that and are left as they are. https://developers.openai.com/codex/config-advanced#observability-and-telemetry
 */
import type { FileEdit, InstallPlan, InstallRecord } from '../agent.ts';
import { openBytes, peekBytes } from '../install-file.ts';
import { NATIVE_NOTE, toNativeRefusal, toNativeSentence } from '../native-settings.ts';
import { parseTomlText, removeTable, setTableSource, toTomlString, type TomlText } from '../toml-edit.ts';
import { asRecord, asText } from '../untrusted.ts';

const [TABLE, KEY, KIND] = ['otel', 'exporter', 'otlp-http'] as const;

/** A whole address, and not a base. */
function toLogsUrl(url: string): string {
  return `${url}/v1/logs`;
}

/** The plan with ours on top of the hooks' edits. `url`: the receiver's base address. */
export function addNative(plan: InstallPlan, path: string, url: string): InstallPlan {
  const refuse = (refusal: string): InstallPlan => ({ edits: [], notes: [], refusal });
  const planned = plan.edits.find((edit) => edit.path === path);
  const file = planned?.after === undefined ? openBytes(path) : undefined;
  if (file && 'refusal' in file) return refuse(file.refusal);
  const toml = parseTomlText(planned?.after ?? file?.bytes ?? new Uint8Array());
  if ('reason' in toml) return refuse(`${path} ${toml.reason}. It was left as it is: mend it and try again.`);
  const logs = toLogsUrl(url);
  const known = readExporter(toml);
  const notes = [...plan.notes, toNativeSentence('Codex', url)];
  const remember = { ...plan.remember, [NATIVE_NOTE]: url };
  if (known !== undefined && known !== 'none') {
    return readAddress(known) === logs ? { ...plan, notes, remember } : refuse(toNativeRefusal('Codex', `[otel] exporter = ${typeof known === 'string' ? JSON.stringify(known) : (readAddress(known) ?? 'another')}`).refusal);
  }
  const after = setTableSource(toml, { table: TABLE, key: KEY, source: `{ ${KIND} = { endpoint = ${toTomlString(logs)}, protocol = "binary" } }`, value: { [KIND]: { endpoint: logs, protocol: 'binary' } } });
  if (!after) return refuse(`The "otel" of ${path} is written in a way that spoor cannot add to. It was left as it is. To install the hooks alone, leave --native out.`);
  return { ...plan, edits: withEdit(plan.edits, { path, ...(planned ? (planned.before ? { before: planned.before } : {}) : file ? { before: file.bytes } : {}), after: Buffer.from(after.text) }), notes, remember };
}

/** After the hooks' own undo: what of ours still stands there goes, or becomes what it was. */
export function removeNative(plan: InstallPlan, path: string, record: InstallRecord): InstallPlan {
  const url = record.notes[NATIVE_NOTE];
  const planned = plan.edits.find((edit) => edit.path === path);
  const file = openBytes(path);
  if (url === undefined || plan.refusal !== undefined || (planned && !planned.after) || !file || 'refusal' in file) return plan;
  const toml = parseTomlText(planned?.after ?? file.bytes);
  if ('reason' in toml || readAddress(readExporter(toml)) !== toLogsUrl(url)) return plan;
  const recorded = record.files.find((one) => one.path === path);
  const after = takeOut(toml, recorded?.beforeBase64);
  if (!after) return plan;
  const isOurFile = recorded?.created === true && after.text.trim() === '';
  return { ...plan, edits: withEdit(plan.edits, { path, before: file.bytes, ...(isOurFile ? {} : { after: Buffer.from(after.text) }) }) };
}

/** It was "none", or not there. */
function takeOut(toml: TomlText, beforeBase64: string | undefined): TomlText | undefined {
  const former = parseTomlText(Buffer.from(beforeBase64 ?? '', 'base64'));
  const before = 'reason' in former ? undefined : former;
  if (before && readExporter(before) === 'none') return setTableSource(toml, { table: TABLE, key: KEY, source: '"none"', value: 'none' });
  const isAlone = Object.keys(asRecord(toml.values[TABLE]) ?? {}).length === 1;
  return (isAlone && before?.values[TABLE] === undefined ? removeTable(toml, [TABLE]) : undefined) ?? setTableSource(toml, { table: TABLE, key: KEY });
}

/** The address that our setting has Codex' telemetry sent to; undefined: there is none of ours. */
export function findNativeAddress(path: string): string | undefined {
  const toml = parseTomlText(peekBytes(path) ?? new Uint8Array());
  const address = 'reason' in toml ? undefined : readAddress(readExporter(toml));
  return address !== undefined && /^http:\/\/127\.0\.0\.1:\d+\/v1\/logs$/.test(address) ? address.slice(0, -'/v1/logs'.length) : undefined;
}

function readExporter({ values }: TomlText): unknown {
  return asRecord(values[TABLE])?.[KEY];
}

function readAddress(exporter: unknown): string | undefined {
  return asText(asRecord(asRecord(exporter)?.[KIND])?.endpoint);
}

function withEdit(edits: readonly FileEdit[], edit: FileEdit): FileEdit[] {
  return edits.some(({ path }) => path === edit.path) ? edits.map((one) => (one.path === edit.path ? edit : one)) : [...edits, edit];
}
