/** Imports go down only; rooms of one floor do not know each other; doors are types, and open from floor 1 up. */
import type { CheckResult, Finding, House } from './check.ts';
import type { ImportEdge, Node, SourceFile } from './source-file.ts';

/** The rooms of each floor, from the ground up. */
export const FLOORS: readonly (readonly string[])[] = [
  ['core', 'semconv'],
  ['assembly', 'policy', 'otlp', 'presets', 'statistics'],
  ['agents', 'exporters', 'processors', 'store', 'spool', 'outbox', 'metrics', 'config'],
  ['collector', 'hook', 'installation', 'sdk', 'query', 'receiver'],
  ['server', 'mcp', 'doctor'],
  ['cli'],
];

/** The types-only files through which rooms above, and of the same floor, may look in. */
export const DOORS: ReadonlySet<string> = new Set(['src/agents/agent.ts', 'src/exporters/exporter.ts', 'src/processors/processor.ts', 'src/store/store.ts', 'src/store/database.ts', 'src/outbox/outbox.ts', 'src/metrics/ledger.ts', 'src/semconv/dialect.ts', 'src/otlp/trace.ts']);

/** Not types alone, but its types describe the layout that rooms of its floor share. */
const TYPE_SOURCES: ReadonlySet<string> = new Set(['src/config/home.ts']);

/** Rooms whose folders are members of a kind, and members do not know each other. */
const KINDS = new Set(['agents', 'store']);

/** Floors 0 and 1 are pure: no clock, no disk, no process. Hashing is arithmetic. */
const PURE_FLOORS = 2;
const PURE_EXCEPTION = { path: 'src/core/ids.ts', specifier: 'node:crypto' };

export function checkFloors(house: House): CheckResult {
  const files = house.files.filter((file) => file.path.startsWith('src/'));
  const findings = files.flatMap((file) => [...roomless(file), ...file.imports.flatMap((edge) => breachOf(file, edge))]);
  findings.push(...house.files.filter((file) => file.path.startsWith('dashboard/')).flatMap((file) => file.imports.flatMap((edge) => dashboardBreach(file, edge))));
  const doors = files.filter((file) => isDoor(file.path));
  findings.push(...doors.flatMap(runTimeOfDoor));
  const edges = files.reduce((sum, file) => sum + file.imports.filter((edge) => edge.target).length, 0);
  return { figures: `${files.length} files, ${edges} imports, ${doors.length} doors`, findings };
}

/** Data that rooms of its folder's floor read: backends by name stand beside the exporters, and config.yaml names them. */
const DATA_FOLDERS: ReadonlyMap<string, string> = new Map([['src/exporters/presets/', 'presets']]);

/** Types-only files, by name or by folder. */
function isDoor(path: string): boolean {
  return DOORS.has(path) || path.startsWith('src/query/api/');
}

/** The dashboard runs in a browser: of the house it knows the words and what the server says, and of both only the types. */
function dashboardBreach(file: SourceFile, edge: ImportEdge): Finding[] {
  const say = (message: string): Finding[] => [{ path: file.path, line: edge.line, message }];
  if (edge.specifier.startsWith('node:')) return file.path.endsWith('.config.ts') ? [] : say(`runs in a browser and imports ${edge.specifier}`);
  if (edge.target === undefined || edge.target.startsWith('dashboard/')) return [];
  const isKnown = edge.target.startsWith('src/query/api/') || edge.target.startsWith('src/core/');
  return isKnown && edge.typeOnly ? [] : say(`imports ${edge.target}; of src/ the dashboard knows types of query/api and core alone`);
}

/** The room of a path in `src/`. */
export function roomOf(path: string): string {
  for (const [folder, room] of DATA_FOLDERS) if (path.startsWith(folder)) return room;
  return path.split('/')[1] ?? '';
}

export function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

function roomless(file: SourceFile): Finding[] {
  return floorOf(roomOf(file.path)) === -1 ? [{ path: file.path, message: `the room ${roomOf(file.path)} stands on no floor; add it to FLOORS` }] : [];
}

function breachOf(file: SourceFile, edge: ImportEdge): Finding[] {
  const [room, line] = [roomOf(file.path), edge.line];
  const floor = floorOf(room);
  const say = (message: string): Finding[] => [{ path: file.path, line, message }];
  if (edge.specifier.startsWith('node:')) {
    if (floor >= PURE_FLOORS || (file.path === PURE_EXCEPTION.path && edge.specifier === PURE_EXCEPTION.specifier)) return [];
    return say(`floor ${floor} is pure and imports ${edge.specifier}; take what it gives as an argument`);
  }
  if (edge.target === undefined || edge.specifier.startsWith('#')) return edge.specifier.startsWith('#') ? say('files in src/ import each other by relative paths') : [];
  if (!edge.target.startsWith('src/')) return say(`imports ${edge.target}, which is not shipped`);
  const other = roomOf(edge.target);
  if ((isDoor(edge.target) || TYPE_SOURCES.has(edge.target)) && edge.typeOnly && floor >= 1) return [];
  // The words are everybody's, also of the other room of their floor.
  if (other === 'core') return [];
  if (other === room) return memberBreach(file, edge) ? say(`${memberOf(file.path)} knows ${memberOf(edge.target)}; members of ${room} do not know each other`) : [];
  if (floorOf(other) < floor) return [];
  if (floorOf(other) > floor) return say(`floor ${floor} (${room}) imports upwards from ${edge.target}`);
  return say(`${room} and ${other} share a floor and do not know each other; import a door as a type, or meet one floor up`);
}

/** Folders of a kind do not import each other; files beside the folders belong to all, the list to none. */
function memberBreach(file: SourceFile, edge: ImportEdge): boolean {
  const [own, other] = [memberOf(file.path), memberOf(edge.target ?? '')];
  return KINDS.has(roomOf(file.path)) && own !== undefined && other !== undefined && own !== other;
}

function memberOf(path: string): string | undefined {
  const parts = path.split('/');
  return parts.length > 3 ? parts[2] : undefined;
}

/** Statements of a door that leave something behind when types are stripped. */
function runTimeOfDoor(file: SourceFile): Finding[] {
  const body = file.program.body as Node[];
  return body.filter((node) => !isTypeStatement(node)).map((node) => ({ path: file.path, line: file.lineAt(node.start), message: 'a door holds types only' }));
}

function isTypeStatement(node: Node): boolean {
  if (['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'].includes(node.type)) return true;
  return node.importKind === 'type' || node.exportKind === 'type';
}
