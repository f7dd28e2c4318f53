/** What kind of command a shell ran: the name of its program, which tells nothing of what stands in the command. */

/** Commands that only prepare for the one that counts. */
const PREPARATIONS = new Set(['cd', 'pushd', 'popd', 'export', 'unset', 'set', 'source', '.', 'true', ':', 'umask', 'ulimit', 'shopt', 'mkdir']);
/** Programs that start another one, with how many words of their own follow options. */
const STARTERS: ReadonlyMap<string, number> = new Map([
  ['sudo', 0], ['doas', 0], ['env', 0], ['time', 0], ['nohup', 0], ['exec', 0], ['command', 0], ['builtin', 0], ['nice', 0], ['ionice', 0], ['setsid', 0], ['stdbuf', 0], ['xargs', 0],
  ['timeout', 1], ['gtimeout', 1],
]);
/** Options of those that take a word of their own. */
const WITH_VALUE = /^-(?:[ugCnkscIPdL]|-(?:user|group|signal|kill-after|adjustment|unset|chdir))$/;
/** Words of the shell before a command. */
const KEYWORDS = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '{', '(', '!', '&&', '||', ';', '|', '&']);
const REDIRECTION = /^\d*[<>]/;
const MOST_LENGTH = 2000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,39}$/;

/**
 * `cd pond && CI=1 sudo -u ann /usr/bin/npm test | tee log` → `npm`. What only prepares (`cd`, `export`) counts where nothing follows. Undefined
 * where no name of a program can be told.
 */
export function toCommandFamily(command: string): string | undefined {
  let preparation: string | undefined;
  for (const words of toCommands(toPlainCommand(command))) {
    const name = toProgram(words);
    if (name === undefined) continue;
    if (!PREPARATIONS.has(name)) return name;
    preparation ??= name;
  }
  return preparation;
}

/** Comments are words of anybody, and the lines of a here-document are no commands. */
function toPlainCommand(command: string): string {
  const text = command.slice(0, MOST_LENGTH).replace(/(?<=^|\n)[ \t]*#[^\n]*/g, '');
  const document = /(?<!<)<<-?[ \t]*["'\\]?\w[^\n]*/.exec(text);
  return document ? text.slice(0, document.index + document[0].length) : text;
}

/** A word goes on over its quotes, and one whose quote is never closed to the end: what is quoted is never looked into. */
function toCommands(text: string): string[][] {
  const commands: string[][] = [[]];
  for (const [token] of text.matchAll(/&&|\|\||[;|&\n(){}]|(?:"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|'[^']*(?:'|$)|[^\s"'\\;|&(){}]|\\.)+/g)) {
    if (/^(?:&&|\|\||[;|&\n])$/.test(token)) commands.push([]);
    else commands.at(-1)?.push(token);
  }
  return commands;
}

function toProgram(words: readonly string[]): string | undefined {
  let skip = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (KEYWORDS.has(word) || /^[A-Za-z_]\w*\+?=/.test(word) || word === '') continue;
    if (REDIRECTION.test(word)) {
      if (/[<>]$/.test(word)) at++;
      continue;
    }
    if (word.startsWith('-')) {
      if (WITH_VALUE.test(word)) at++;
      continue;
    }
    if (skip > 0) {
      skip--;
      continue;
    }
    const name = toName(word);
    if (name === undefined) return undefined;
    const own = STARTERS.get(name);
    if (own === undefined || at === words.length - 1) return name;
    skip = own;
  }
  return undefined;
}

/** Without its folder and the ending of a Windows program. `.` and `:` are commands of the shell. */
function toName(word: string): string | undefined {
  const bare = word.replace(/^["']|["']$/g, '');
  if (bare === '.' || bare === ':') return bare;
  const name = bare.slice(Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\')) + 1).replace(/\.(?:exe|cmd|bat)$/i, '');
  return NAME.test(name) ? name : undefined;
}
