/** No file reaches itself through imports that are there at run time. */
import type { CheckResult, Finding, House } from './check.ts';

export function checkCycles(house: House): CheckResult {
  const edges = new Map(house.files.map((file) => [file.path, [...new Set(file.imports.filter((edge) => !edge.typeOnly && edge.target).map((edge) => edge.target ?? ''))]]));
  const findings = circlesOf(edges).map((circle): Finding => ({ path: circle[0] ?? '', message: `imports itself: ${[...circle, circle[0]].join(' → ')}` }));
  return { figures: `${edges.size} files, ${findings.length} at run time`, findings };
}

/** One circle for each file that closes one, found by walking in depth. */
function circlesOf(edges: Map<string, string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    const at = way.indexOf(path);
    if (at !== -1) circles.push(way.slice(at));
    if (at !== -1 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return circles;
}
