/** Compares two versions as semver orders them: negative when `a` is older. What is no number counts as text. */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = split(a);
  const [coreB, preB] = split(b);
  const byCore = compareParts(coreA, coreB);
  if (byCore !== 0) return byCore;
  if (preA === undefined || preB === undefined) return Number(preA === undefined) - Number(preB === undefined);
  return compareParts(preA, preB);
}

function split(version: string): [string[], string[] | undefined] {
  const [core = '', ...pre] = version.replace(/\+.*$/, '').split('-');
  return [core.split('.'), pre.length > 0 ? pre.join('-').split('.') : undefined];
}

function compareParts(a: string[], b: string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const [numberX, numberY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (numberX && numberY && Number(x) !== Number(y)) return Number(x) - Number(y);
    if (numberX !== numberY) return numberX ? -1 : 1;
    if (!numberX) return x < y ? -1 : 1;
  }
  return 0;
}
