/** What is written down is true: versions agree, every dependency has its reason, nothing tells of the machine it was made on. */
import { VENDORED } from '../build-vendor.ts';
import type { CheckResult, Finding, House } from './check.ts';

interface Manifest {
  version: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** Paths of somebody's machine, and addresses that only one network knows. */
const PRIVATE: readonly [RegExp, string][] = [
  [/(?<![\w.~])\/(?:work\/(?:main|shared|\.library)|root\/[\w.]|tmp\/(?:brief|bash_jobs))/, 'a path of one machine'],
  [/registry\.npmjs\.org|\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[\w.-]*[:/]/i, 'the address of a registry'],
  [/^\s*(?:@[\w-]+:)?registry\s*=/m, 'the address of a registry'],
];

const VENDOR_FILE = 'scripts/build-vendor.ts';
const PRICE_LIST = '@pydantic/genai-prices';

/** Pinned to one version: what was tested is what is installed. */
const EXACT = /^\d+\.\d+\.\d+$/;

export function checkPapers(house: House): CheckResult {
  const manifest = JSON.parse(house.read('package.json')) as Manifest;
  const findings = [...versionFindings(house, manifest), ...dependencyFindings(house, manifest), ...vendoredFindings(house, manifest), ...privateFindings(house), ...testFindings(house)];
  return { figures: `version ${manifest.version}, ${Object.keys(manifest.dependencies ?? {}).length} dependencies, ${house.paths.length} files`, findings };
}

function versionFindings(house: House, manifest: Manifest): Finding[] {
  const path = 'src/core/version.ts';
  const said = /VERSION = '([^']*)'/.exec(house.read(path))?.[1];
  const list = /PRICE_LIST_VERSION = '([^']*)'/.exec(house.read(path))?.[1];
  const installed = manifest.dependencies?.[PRICE_LIST];
  return [
    ...(said === manifest.version ? [] : [{ path, message: `says ${said}, package.json says ${manifest.version}` }]),
    ...(list === installed ? [] : [{ path, message: `says price list ${list}, package.json says ${installed}` }]),
  ];
}

function dependencyFindings(house: House, { dependencies = {} }: Manifest): Finding[] {
  const path = 'docs/dependencies.md';
  const told = house.paths.includes(path) ? [...house.read(path).matchAll(/^## `([^`]+)`/gm)].map((match) => match[1]) : [];
  const findings: Finding[] = [];
  for (const [name, range] of Object.entries(dependencies)) {
    if (!told.includes(name)) findings.push({ path, message: `no heading for the dependency ${name}: say why it is there` });
    if (!EXACT.test(range)) findings.push({ path: 'package.json', message: `${name} is not pinned: ${range}` });
  }
  for (const name of told) if (name && !(name in dependencies)) findings.push({ path, message: `tells of ${name}, which is no dependency` });
  return findings;
}

/** What is shipped as a part of the build has its reason as well, and is what was tested. */
function vendoredFindings(house: House, { dependencies = {}, devDependencies = {} }: Manifest): Finding[] {
  const path = 'docs/dependencies.md';
  const told = house.paths.includes(path) ? [...house.read(path).matchAll(/^### `([^`]+)`/gm)].map((match) => match[1] ?? '') : [];
  const names = house.paths.includes(VENDOR_FILE) ? Object.keys(VENDORED) : [];
  return [
    ...names.filter((name) => !told.includes(name)).map((name) => ({ path, message: `no heading for ${name}, which is a part of the build: say why it is there` })),
    ...names.filter((name) => !EXACT.test(devDependencies[name] ?? '') || name in dependencies).map((name) => ({ path: 'package.json', message: `${name} is a part of the build: pin it in devDependencies` })),
    ...told.filter((name) => !names.includes(name)).map((name) => ({ path, message: `tells of ${name}, which is no part of the build` })),
  ];
}

function privateFindings(house: House): Finding[] {
  return house.paths
    .filter((path) => path !== 'scripts/check/papers.ts')
    .flatMap((path) => house.read(path).split('\n').flatMap((text, index) => PRIVATE.filter(([pattern]) => pattern.test(text)).map(([, what]) => ({ path, line: index + 1, message: `holds ${what}` }))));
}

/** A test that is switched off proves nothing. */
function testFindings(house: House): Finding[] {
  return house.files
    .filter((file) => file.path.endsWith('.test.ts'))
    .flatMap((file) => [...file.text.matchAll(/\b(?:test|it|describe|suite)\.(only|skip|todo)\b|\bonly: true/g)].map((match) => ({ path: file.path, line: file.lineAt(match.index), message: `a test is switched off: ${match[0]}` })));
}
