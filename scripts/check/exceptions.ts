/** The house's exceptions: a line each in `exceptions.txt`, with its reason. */
import { matchesGlob } from 'node:path';
import type { Finding } from './check.ts';

export interface Exception {
  check: string;
  /** A path or a glob. */
  pattern: string;
  /** Words that must stand in the finding; empty: any. */
  words: string;
  reason: string;
  line: number;
}

export const EXCEPTIONS_FILE = 'scripts/check/exceptions.txt';

/** Lines of `<check> <path or glob> [words] # <reason>`; what is not of that form is a finding. */
export function parseExceptions(text: string): { exceptions: Exception[]; findings: Finding[] } {
  const exceptions: Exception[] = [];
  const findings: Finding[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '' || raw.startsWith('#')) continue;
    const match = /^(\S+)\s+(\S+)\s*(.*?)\s*#\s*(\S.*)$/.exec(raw);
    if (match) exceptions.push({ check: match[1] ?? '', pattern: match[2] ?? '', words: match[3] ?? '', reason: match[4] ?? '', line: index + 1 });
    else findings.push({ path: EXCEPTIONS_FILE, line: index + 1, message: 'is not of the form: <check> <path> [words] # <reason>' });
  }
  return { exceptions, findings };
}

/** Takes the excepted findings out, and notes which exceptions were of use. */
export function withoutExcepted(check: string, findings: Finding[], exceptions: Exception[], used: Set<Exception>): Finding[] {
  return findings.filter((finding) => {
    const exception = exceptions.find((one) => one.check === check && matchesGlob(finding.path, one.pattern) && finding.message.includes(one.words));
    if (exception) used.add(exception);
    return !exception;
  });
}
