/** What a destination's rules make of its settings for one session. Pure. */
import type { Session } from '../../core/session.ts';
import type { Attributes } from '../../core/attributes.ts';
import type { Destination, DestinationRule } from '../../exporters/exporter.ts';
import { isWithin } from '../../core/folder.ts';
import type { RenderSettings } from './render-contexts.ts';

/** What the configuration says for all destinations. */
export interface OwnSettings {
  userId?: string;
  attributes?: Attributes;
}

/** Which session it is about; the folder is that of the session at the top. */
export type AboutSession = Pick<Session, 'agent' | 'cwd'>;

/** The settings that hold for a session; rules apply in their order, each over those before. */
export function toSettingsFor(destination: Destination, own: OwnSettings): (about: AboutSession) => RenderSettings {
  const { serviceName, project, projectAttribute, projectAsService, resource, sharing, scopeName, userId = own.userId, rules = [] } = destination;
  const attributes = { ...own.attributes, ...toWireAttributes(destination.attributes ?? {}) };
  const base: RenderSettings = { serviceName, project, projectAttribute, projectAsService, resource, sharing, scopeName, userId, attributes };
  if (rules.length === 0) return () => base;
  return (about) => rules.filter((rule) => isMeant(rule, about)).reduce<RenderSettings>((settings, { project: ruled = settings.project, serviceName: service = settings.serviceName, content }) => ({
    ...settings,
    project: ruled,
    serviceName: service,
    sharing: content ? { ...settings.sharing, content: { ...settings.sharing.content, ...content } } : settings.sharing,
  }), base);
}

function isMeant({ agents, folders }: DestinationRule, { agent, cwd }: AboutSession): boolean {
  if (agents && !agents.includes(agent)) return false;
  return !folders || (cwd !== undefined && folders.some((folder) => isWithin(cwd, folder)));
}

/** Whole numbers are ints on the wire. */
export function toWireAttributes(attributes: Readonly<Record<string, string | number | boolean>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, Number.isSafeInteger(value) ? BigInt(value) : value]));
}
