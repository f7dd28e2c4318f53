/** How a test run is told: a line a file, failures in full at once, and at the end one plain line that others can read. */
import type { EventData } from 'node:test';
import { inspect } from 'node:util';

/** The events of `run()` of node:test that are used here. */
export type TestEvent =
  | { type: 'test:pass'; data: EventData.TestPass }
  | { type: 'test:fail'; data: EventData.TestFail }
  | { type: 'test:stdout' | 'test:stderr'; data: { file?: string; message: string } }
  | { type: 'test:summary'; data: EventData.TestSummary }
  | { type: string; data: unknown };

export interface TestReport {
  /** Takes note of one event; prints what is to be printed at once. */
  note(event: TestEvent): void;
  /** The files that something failed in, with the paths that the events gave. */
  failedFiles(): string[];
  /** Forgets what these files counted, because they run again. What failed in them is told as flaky from now on. */
  forget(files: readonly string[]): void;
  /** Prints what failed, was flaky and was skipped, and the closing lines. True if nothing failed. */
  close(fileCount: number): boolean;
}

interface Ended {
  name: string;
  line?: number;
  reason?: string;
}

interface FileReport {
  passed: number;
  failures: Ended[];
  skips: Ended[];
}

/** `relative` shortens a file's path; `print` takes whole lines. */
export function createTestReport(relative: (path: string) => string, print: (line: string) => void): TestReport {
  const started = performance.now();
  const files = new Map<string, FileReport>();
  const flaky: string[] = [];

  const reportOf = (file: string): FileReport => {
    const report = files.get(file) ?? { passed: 0, failures: [], skips: [] };
    files.set(file, report);
    return report;
  };
  const place = (file: string, { name, line }: Ended): string => `${relative(file)}${line === undefined ? '' : `:${line}`}  ${name}`;

  return {
    note: (event) => {
      const data = event.data as never;
      if (event.type === 'test:stdout' || event.type === 'test:stderr') print((data as { message: string }).message.replace(/\n$/, ''));
      else if (event.type === 'test:summary' && (data as EventData.TestSummary).file !== undefined) {
        print(toFileLine(data, relative));
        for (const failure of files.get((data as EventData.TestSummary).file ?? '')?.failures ?? []) print(`FAILED  ${place((data as EventData.TestSummary).file ?? '', failure)}\n${failure.reason ?? ''}`);
      } else if (event.type === 'test:pass') notePass(data);
      else if (event.type === 'test:fail') noteFail(data);
    },
    failedFiles: () => [...files].filter(([, { failures }]) => failures.length > 0).map(([file]) => file),
    forget: (again) => {
      for (const file of again) {
        flaky.push(...reportOf(file).failures.map((failure) => place(file, failure)));
        files.delete(file);
      }
    },
    close: (fileCount) => {
      const all = [...files];
      const failures = all.flatMap(([file, report]) => report.failures.map((failure) => place(file, failure)));
      const skips = all.flatMap(([file, report]) => report.skips.map((skip) => `${relative(file)}  ${skip.name}${skip.reason ? `: ${skip.reason}` : ''}`));
      for (const line of flaky.filter((each) => !failures.includes(each))) print(`flaky    ${line}: failed beside others, passed alone`);
      for (const line of skips) print(`skipped  ${line}`);
      for (const line of failures) print(`FAILED   ${line}`);
      print(`\n${fileCount} files in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      const passed = all.reduce((sum, [, report]) => sum + report.passed, 0);
      print(`${passed} passed, ${failures.length} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`);
      return failures.length === 0;
    },
  };

  function notePass(data: EventData.TestPass): void {
    if (data.details.type === 'suite') return;
    const report = reportOf(data.file ?? '');
    const off = data.skip ?? data.todo;
    if (off === undefined || off === false) report.passed += 1;
    else report.skips.push({ name: data.name, ...(typeof off === 'string' ? { reason: off } : {}) });
  }

  function noteFail(data: EventData.TestFail): void {
    const { error } = data.details;
    // A suite fails because something in it did: that is told already.
    if ((error as { failureType?: string }).failureType === 'subtestsFailed') return;
    reportOf(data.file ?? '').failures.push({ name: data.name, ...(data.line === undefined ? {} : { line: data.line }), reason: inspect(error.cause ?? error, { depth: 6 }).replace(/^/gm, '  ') });
  }
}

function toFileLine(data: EventData.TestSummary, relative: (path: string) => string): string {
  const { passed, skipped, todo, cancelled, failed } = data.counts as typeof data.counts & { failed?: number };
  const bad = (failed ?? 0) + cancelled;
  return `${data.success ? 'ok    ' : 'FAILED'}  ${relative(data.file ?? '')}  ${passed} passed${bad > 0 ? `, ${bad} failed` : ''}${skipped + todo > 0 ? `, ${skipped + todo} skipped` : ''}  ${(data.duration_ms / 1000).toFixed(1)} s`;
}
