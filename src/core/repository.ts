/** The tree under version control that a turn worked in, as it was then. Absent is not known; nothing is guessed from what it is now. */

export interface Repository {
  /** The remote's page: https, without credentials and `.git`. */
  url?: string;
  /** `owner/name`, where only that is told. */
  name?: string;
  /** The branch that is checked out; absent also where none is (a detached head). */
  branch?: string;
  /** The full hash of the commit that is checked out. */
  commit?: string;
}

/** `git@host:path` and `ssh://git@host/path`, with or without a port. */
const SCP_FORM = /^(?:[^@/\s]+@)?(?<host>[A-Za-z0-9.-]{2,}):(?<path>[^\s]+)$/;
const URL_FORM = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^@/\s]*@)?(?<host>[A-Za-z0-9.-]+)(?<port>:\d+)?\/(?<path>[^\s?#;]+)/;
/** A name before an `@` where none belongs: `user:password@host/path`, or the address of another host behind that of a proxy. */
const NAME_IN_PATH = /[^/]@/;
const MOST_LENGTH = 1000;

/**
 * The address of a remote as git has it → that of its page, as the OpenTelemetry conventions want `vcs.repository.url.full`. User names and
 * passwords are left out, a port stays only where it is one of the web's. Undefined: a folder, or nothing that can be read.
 */
export function toRepositoryUrl(remote: string): string | undefined {
  if (remote.length > MOST_LENGTH) return undefined;
  const groups = (remote.includes('://') ? URL_FORM : SCP_FORM).exec(remote)?.groups;
  // `C:\folder` is a drive, not a host: the least host has two letters.
  if (!groups?.host || !groups.path || NAME_IN_PATH.test(groups.path)) return undefined;
  const path = groups.path.replace(/^\/+/, '').replace(/\/+$/, '').replace(/\.git$/, '');
  const port = /^https?:/.test(remote) ? (groups.port ?? '') : '';
  return path === '' ? undefined : `https://${groups.host.toLowerCase()}${port}/${path}`;
}

/** A text as git's commits look: 40 or 64 hex digits, in lower case. */
export function toCommit(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) ? text.toLowerCase() : undefined;
}

/**
 * The name of a branch. `HEAD` stands where none is checked out, and `.invalid` where refs are kept in no files (reftable); what cannot be one,
 * or is very long, is none.
 */
export function toBranch(text: string | undefined): string | undefined {
  return text !== undefined && text !== 'HEAD' && text.length <= 250 && !/(?:^|\/)\./.test(text) && /^[^\s\p{Cc}~^:?*[\\]+$/u.test(text) ? text : undefined;
}

/** What several sources tell of one turn, the best first. The commit of one goes only with the branch of the same. */
export function mergeRepositories(list: readonly (Repository | undefined)[]): Repository | undefined {
  let merged: Repository | undefined;
  for (const one of list) {
    if (!one) continue;
    const isOther = merged?.branch !== undefined && one.branch !== merged.branch;
    const { url, name, ...head } = one;
    merged = { ...withoutAbsent({ url, name }), ...(isOther || merged?.commit !== undefined ? {} : withoutAbsent(head)), ...merged };
  }
  return merged && Object.keys(merged).length > 0 ? merged : undefined;
}

function withoutAbsent(values: Repository): Repository {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
