/** The checks that other programs do: types, lint, dead code. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult, Finding, House } from './check.ts';

interface Ran {
  code: number | null;
  out: string;
}

/** `tsc` over sources, tests, scripts and bench; over the dashboard, which runs elsewhere, by settings of its own. */
export async function checkTypes(house: House): Promise<CheckResult> {
  const runs = await Promise.all(['.', 'dashboard'].map((project) => run(house, 'typescript', ['--noEmit', '--pretty', 'false', '-p', project])));
  const out = runs.map((one) => one.out).join('\n');
  const code = runs.find((one) => one.code !== 0)?.code ?? 0;
  const findings = out.split('\n').flatMap((text): Finding[] => {
    const match = /^(.+?)\((\d+),\d+\): error (.*)$/.exec(text);
    return match ? [{ path: match[1] ?? '', line: Number(match[2]), message: match[3] ?? '' }] : [];
  });
  return { figures: `${house.files.length} files`, findings: orWhole(code, out, findings, 'tsconfig.json') };
}

/** oxlint with the few rules of `.oxlintrc.json`; those that need types, where its type-aware part is installed. */
export async function checkLint(house: House): Promise<CheckResult> {
  const typed = existsSync(join(house.root, 'node_modules', 'oxlint-tsgolint'));
  const { code, out } = await run(house, 'oxlint', ['--format', 'unix', ...(typed ? ['--type-aware'] : [])]);
  const findings = out.split('\n').flatMap((text): Finding[] => {
    const match = /^(.+?):(\d+):\d+: (.*)$/.exec(text);
    return match ? [{ path: match[1] ?? '', line: Number(match[2]), message: match[3] ?? '' }] : [];
  });
  return { figures: typed ? 'with types' : 'without types: oxlint-tsgolint is not installed', findings: orWhole(code, out, findings, '.oxlintrc.json') };
}

/** knip: files, exports and dependencies that nothing uses. By the build's settings it knows that `#spoor/` means dist/, and dist/ is src/. */
export async function checkDeadCode(house: House): Promise<CheckResult> {
  const { code, out } = await run(house, 'knip', ['--no-progress', '--reporter', 'json', '--treat-config-hints-as-errors', '-t', 'tsconfig.build.json']);
  const report = parseReport(out);
  if (!report) return { figures: 'knip failed', findings: orWhole(code, out, [], 'knip.json') };
  const findings = report.issues.flatMap(({ file, ...kinds }) =>
    Object.entries(kinds).flatMap(([kind, entries]) => (Array.isArray(entries) ? entries : []).map((entry: { name?: string; line?: number }): Finding => ({ path: file, ...(entry.line ? { line: entry.line } : {}), message: `unused ${kind}: ${entry.name ?? file}` }))),
  );
  return { figures: `${findings.length} unused`, findings: orWhole(code, out, findings, 'knip.json') };
}

interface KnipReport {
  issues: ({ file: string } & Record<string, unknown>)[];
}

function parseReport(out: string): KnipReport | undefined {
  try {
    const report = JSON.parse(out.slice(out.indexOf('{'), out.lastIndexOf('}') + 1)) as Partial<KnipReport>;
    return Array.isArray(report.issues) ? (report as KnipReport) : undefined;
  } catch {
    return undefined;
  }
}

/** A tool that failed without a finding we can read has failed all the same. */
function orWhole(code: number | null, out: string, findings: Finding[], path: string): Finding[] {
  return code === 0 || findings.length > 0 ? findings : [{ path, message: `left with ${code}: ${out.trim().slice(0, 2000)}` }];
}

function run(house: House, packageName: string, args: string[]): Promise<Ran> {
  const folder = join(house.root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: string | Record<string, string> };
  const program = typeof bin === 'string' ? bin : (bin[packageName] ?? Object.values(bin)[0] ?? '');
  const child = spawn(process.execPath, [join(folder, program), ...args], { cwd: house.root, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve({ code, out })));
}
