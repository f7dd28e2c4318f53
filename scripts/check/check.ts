/** What every check of the house is: it looks at the files and says what it found, with figures for those who read on. */
import type { SourceFile } from './source-file.ts';

export interface House {
  root: string;
  /** Every file that is tracked or would be, relative to the root, `/` between. */
  paths: string[];
  /** Those of them that are TypeScript, parsed. */
  files: SourceFile[];
  /** Text of any file of `paths`. */
  read(path: string): string;
}

export interface Finding {
  path: string;
  line?: number;
  message: string;
}

export interface CheckResult {
  /** One short phrase: how much was looked at, how it measures up. */
  figures: string;
  findings: Finding[];
}

export interface Check {
  name: string;
  run(house: House): CheckResult | Promise<CheckResult>;
}
