/** How a test run is told: a line a file, failures in full, and at the end one plain line that others can read. */
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
  /** Prints what failed and was skipped, and the closing lines. True if nothing failed. */
  close(fileCount: number): boolean;
}

interface Ended {
  name: string;
  file: string;
  line?: number;
  reason?: string;
}

/** `relative` shortens a file's path; `print` takes whole lines. */
export function createTestReport(relative: (path: string) => string, print: (line: string) => void): TestReport {
  const started = performance.now();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: Ended[] = [];
  const skips: Ended[] = [];

  const noteFile = (data: EventData.TestSummary): void => {
    const { passed, skipped, todo, cancelled, failed } = data.counts as typeof data.counts & { failed?: number };
    const bad = (failed ?? 0) + cancelled;
    print(`${data.success ? 'ok    ' : 'FAILED'}  ${relative(data.file ?? '')}  ${passed} passed${bad > 0 ? `, ${bad} failed` : ''}${skipped + todo > 0 ? `, ${skipped + todo} skipped` : ''}  ${(data.duration_ms / 1000).toFixed(1)} s`);
  };

  return {
    note: (event) => {
      const data = event.data as never;
      if (event.type === 'test:stdout' || event.type === 'test:stderr') print((data as { message: string }).message.replace(/\n$/, ''));
      else if (event.type === 'test:summary' && (data as EventData.TestSummary).file !== undefined) noteFile(data);
      else if (event.type === 'test:pass') notePass(data);
      else if (event.type === 'test:fail') noteFail(data);
    },
    close: (fileCount) => {
      for (const { name, file, line, reason } of failures) print(`\nFAILED  ${relative(file)}${line === undefined ? '' : `:${line}`}  ${name}\n${reason ?? ''}`);
      for (const { name, file, reason } of skips) print(`skipped  ${relative(file)}  ${name}${reason ? `: ${reason}` : ''}`);
      print(`\n${fileCount} files in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      print(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
      return counts.failed === 0;
    },
  };

  function notePass(data: EventData.TestPass): void {
    if (data.details.type === 'suite') return;
    const off = data.skip ?? data.todo;
    if (off === undefined || off === false) counts.passed += 1;
    else {
      counts.skipped += 1;
      skips.push({ name: data.name, file: data.file ?? '', ...(typeof off === 'string' ? { reason: off } : {}) });
    }
  }

  function noteFail(data: EventData.TestFail): void {
    const { error } = data.details;
    // A suite fails because something in it did: that is told already.
    if ((error as { failureType?: string }).failureType === 'subtestsFailed') return;
    counts.failed += 1;
    failures.push({ name: data.name, file: data.file ?? '', ...(data.line === undefined ? {} : { line: data.line }), reason: inspect(error.cause ?? error, { depth: 6 }).replace(/^/gm, '  ') });
  }
}
