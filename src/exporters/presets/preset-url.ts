/** Where a preset's traces endpoint is. Pure. */
import type { Preset } from './preset.ts';

const TRACES_PATH = '/v1/traces';

/** Whether it has an address that needs a region. */
export function isRegional({ url }: Preset): boolean {
  return url.includes('{region}');
}

/** The region that is meant when none is said; undefined where there is no such one. */
export function defaultRegion({ regions }: Preset): string | undefined {
  return Object.keys(regions ?? {})[0];
}

/** Its own address in a region → the URL of its traces endpoint; undefined where the region is missing or is none. */
export function toPresetUrl(preset: Preset, region = defaultRegion(preset)): string | undefined {
  const place = preset.regions ? Object.entries(preset.regions).find(([name]) => name === region)?.[1] : toHostPart(region);
  if (isRegional(preset) && place === undefined) return undefined;
  return completeUrl(preset, preset.url.replace('{region}', place ?? ''));
}

/** It becomes part of a host name: nothing else may stand in it. */
function toHostPart(region: string | undefined): string | undefined {
  return region !== undefined && /^[a-z0-9][a-z0-9-]*$/i.test(region) ? region.toLowerCase() : undefined;
}

/** A base address of such a backend → the URL of its traces endpoint: what is missing of the path is added. What is no URL stays as it is. */
export function completeUrl({ path = TRACES_PATH }: Preset, base: string): string {
  const url = URL.parse(base);
  if (!url) return base;
  const told = url.pathname.replace(/\/+$/, '');
  const prefix = path.slice(0, -TRACES_PATH.length);
  if (told === '') url.pathname = path;
  else if (told.endsWith(TRACES_PATH)) url.pathname = told;
  else if (told.endsWith('/v1')) url.pathname = `${told}/traces`;
  else if (prefix === '' || told.endsWith(prefix)) url.pathname = `${told}${TRACES_PATH}`;
  else url.pathname = `${told}${path}`;
  return url.href;
}
