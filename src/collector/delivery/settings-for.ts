/** What a destination's rules make of its settings for one session. Pure. */
import type { Attributes } from '../../core/attributes.ts';
import type { Destination, DestinationRule } from '../../exporters/exporter.ts';
import { isWithin } from '../../core/folder.ts';
import { addRule } from '../../semconv/combine-sharing.ts';
import { SPOOR } from '../../semconv/names.ts';
import type { RenderSettings } from './render-contexts.ts';
import type { AboutSession } from './scope.ts';

/** What the configuration says for all destinations. */
export interface OwnSettings {
  /** Folders whose sessions leave for none. */
  exclude?: readonly string[];
  userId?: string;
  attributes?: Attributes;
}

/** The settings that hold for a session; rules apply in their order, each over those before. */
export function toSettingsFor(destination: Destination, own: OwnSettings): (about: AboutSession) => RenderSettings {
  const { serviceName, project, projectAttribute, projectAsService, resource, sharing, scopeName, userId = own.userId, rules = [] } = destination;
  const attributes = { ...own.attributes, ...toWireAttributes(destination.attributes ?? {}), ...toSampleRate(destination) };
  const base: RenderSettings = { serviceName, project, projectAttribute, projectAsService, resource, sharing, scopeName, userId, attributes };
  if (rules.length === 0) return () => base;
  const addTo = (settings: RenderSettings, rule: DestinationRule): RenderSettings => {
    const { content, redact, hash, isSealed } = rule;
    return {
      ...settings,
      project: rule.project ?? settings.project,
      serviceName: rule.serviceName ?? settings.serviceName,
      sharing: content || redact || hash || isSealed ? addRule(settings.sharing, rule) : settings.sharing,
    };
  };
  return (about) => rules.filter((rule) => isMeant(rule, about)).reduce(addTo, base);
}

/** Who counts spans multiplies by its inverse: it stands on the resource, and on the spans of turns and sessions. */
function toSampleRate({ sample }: Destination): Attributes {
  return sample === undefined || sample >= 1 ? {} : { [SPOOR.sampleRate]: sample };
}

function isMeant({ agents, folders }: DestinationRule, { agent, cwd }: AboutSession): boolean {
  if (agents && !agents.includes(agent)) return false;
  return !folders || (cwd !== undefined && folders.some((folder) => isWithin(cwd, folder)));
}

/** Whole numbers are ints on the wire. */
export function toWireAttributes(attributes: Readonly<Record<string, string | number | boolean>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, Number.isSafeInteger(value) ? BigInt(value) : value]));
}
