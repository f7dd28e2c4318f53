/**
 * A neutral span → what of it may leave for one destination. It is applied before any dialect: what does not come out of here stands in no
 * attribute, name, event or status of any of them. What each level lets out is written down in docs/content.md.
 */
import type { Attributes } from '../core/attributes.ts';
import type { Repository } from '../core/repository.ts';
import type { Session } from '../core/session.ts';
import type { ContentPolicy, Sharing } from '../core/sharing.ts';
import type { ContentKind, Span, SpanValues } from '../core/span.ts';
import { toPolicy } from './combine-sharing.ts';
import { limitContent } from './content.ts';
import { findEditor, type TextEditor } from './edit-text.ts';
import { hideToolName, HIDDEN_TOOL } from './hide-tool-name.ts';
import { shareExtra } from './share-extra.ts';

/** A word as errors, reasons and operations are named by. What is none is a sentence, or a path: some of them are what a model wrote. */
const WORD = /^[\w.:-]{1,100}$/;
/** Stands for an operation that is none. */
const OTHER_OPERATION = 'other';
/** Behind the first 200 characters nothing can matter that a pattern does not find within this. */
const PREVIEWED = 20_000;

interface Limits {
  policy: ContentPolicy;
  editor: TextEditor | undefined;
  paths: readonly string[];
}

/** Texts, paths, commands and purposes cut as the destination's levels say; ids, times, numbers and outcomes stay. `cwd`: its session's folder. */
export function shareSpan(span: Span, sharing: Sharing, cwd?: string): Span {
  const policy = toPolicy(sharing);
  const isToolHidden = policy.toolName === 'none';
  const shown = isToolHidden ? hideToolName(span) : span;
  const editor = findEditor(sharing);
  const limits: Limits = { policy, editor, paths: editor ? pathsOf(span, cwd) : [] };
  const toText = (text: string): string | undefined => limitText(text, 'toolArguments', limits);
  const extraLimits = { toolName: (name: string) => (isToolHidden ? HIDDEN_TOOL : name), text: toText };
  const toExtra = (attributes: Attributes): Attributes => shareExtra(attributes, extraLimits);
  return {
    ...shown,
    values: limitValues(shown, limits),
    content: limitTexts(shown.content, limits, sharing.withholdsInput === true),
    extra: toExtra(span.extra),
    events: span.events.map((event) => ({ ...event, attributes: toExtra(event.attributes) })),
    links: span.links.map((link) => (link.attributes ? { ...link, attributes: toExtra(link.attributes) } : link)),
  };
}

/** The folder that a session works in is content like the arguments of its tools, its title like its prompts. */
export function shareSession(session: Session, sharing: Sharing): Session {
  const { cwd, title, parent, ...rest } = session;
  const limits: Limits = { policy: toPolicy(sharing), editor: findEditor(sharing), paths: cwd === undefined ? [] : [cwd] };
  const [folder, name] = [limitFolder(cwd, limits), limitText(title, 'prompt', limits)];
  return {
    ...rest,
    ...(folder === undefined ? {} : { cwd: folder }),
    ...(name === undefined ? {} : { title: name }),
    // By which call it was started is said by the tree.
    ...(parent ? { parent: { sessionId: parent.sessionId, relation: parent.relation } } : {}),
  };
}

/** Where a tree under version control is kept is told at every level; where paths are hashed, its address is one. */
export function shareRepository(repository: Repository | undefined, sharing: Sharing): Repository | undefined {
  const editor = findEditor(sharing);
  if (!repository || !editor) return repository;
  const { url, name, branch } = repository;
  return { ...repository, ...(url === undefined ? {} : { url: editor.path(url) }), ...(name === undefined ? {} : { name: editor.path(name) }), ...(branch === undefined ? {} : { branch: editor.text(branch) }) };
}

/** Last of all, over what a dialect made of it: the destination's own patterns and e-mail addresses in whatever text is about to leave. */
export function shareAttributes(attributes: Attributes, sharing: Sharing): Attributes {
  const editor = findEditor(sharing);
  if (!editor) return attributes;
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? editor.wire(value) : Array.isArray(value) ? (value as readonly string[]).map(editor.wire) : value]));
}

/** The same of one text. */
export function shareText(text: string, sharing: Sharing): string {
  return findEditor(sharing)?.wire(text) ?? text;
}

function limitTexts(content: Span['content'], limits: Limits, withholdsInput: boolean): Span['content'] {
  const limited: Span['content'] = {};
  for (const [kind, text] of Object.entries(content) as [ContentKind, string][]) {
    const kept = kind === 'toolArguments' && withholdsInput ? undefined : limitText(text, kind, limits);
    if (kept !== undefined) limited[kind] = kept;
  }
  return limited;
}

/** What is to be taken out is looked for before the text is cut: half of it would not be found. */
function limitText(text: string | undefined, kind: ContentKind, { policy, editor, paths }: Limits): string | undefined {
  if (text === undefined || policy[kind] === 'none') return undefined;
  const edited = editor ? editor.text(policy[kind] === 'preview' ? text.slice(0, PREVIEWED) : text, paths) : text;
  return limitContent(edited, kind, policy);
}

function limitPath(path: string | undefined, { policy, editor }: Limits): string | undefined {
  return path === undefined ? undefined : limitContent(editor?.path(path) ?? path, 'toolArguments', policy);
}

function limitFolder(path: string | undefined, { policy, editor }: Limits): string | undefined {
  return path === undefined ? undefined : limitContent(editor?.folder(path) ?? path, 'toolArguments', policy);
}

/** What of the values repeats an argument, a result or an answer. */
function limitValues({ kind, values }: Span, limits: Limits): SpanValues {
  const { toolPurpose, skillPath, files, shellCommand, errorMessage, errorType, finishReasons } = values;
  const hasWords = finishReasons === undefined || finishReasons.every((reason) => WORD.test(reason));
  if (hasWords && toolPurpose === undefined && skillPath === undefined && files === undefined && shellCommand === undefined && errorMessage === undefined && errorType === undefined) return values;
  return {
    ...values,
    toolPurpose: limitText(toolPurpose, 'toolArguments', limits),
    skillPath: limitPath(skillPath, limits),
    files: files?.map(({ path, operation }) => ({ path: limitPath(path, limits) ?? '', operation: WORD.test(operation) ? operation : OTHER_OPERATION })),
    shellCommand: limitText(shellCommand, 'toolArguments', limits),
    errorMessage: limitText(errorMessage, kind === 'tool' || kind === 'mcp' ? 'toolResult' : 'answer', limits),
    finishReasons: finishReasons?.filter((reason) => WORD.test(reason)),
    errorType: errorType !== undefined && WORD.test(errorType) ? errorType : undefined,
  };
}

/** They may stand in its texts with blanks and signs that no word of a text has. The longest first: one may begin another. */
function pathsOf({ values: { files = [], skillPath } }: Span, cwd: string | undefined): string[] {
  const paths = [...files.map(({ path }) => path), ...(skillPath === undefined ? [] : [skillPath]), ...(cwd === undefined ? [] : [cwd])];
  return [...new Set(paths)].sort((a, b) => b.length - a.length);
}
