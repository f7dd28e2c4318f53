/** What must be set up in the accounts of destinations at AWS. */
import type { Finding } from '../../core/finding.ts';
import { checkXray } from '../../exporters/aws/check-xray.ts';
import type { Destination } from '../../exporters/exporter.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { findDryRun } from '../switches.ts';

/** Asks AWS, and changes nothing; no destination there, or a dry run, and nobody is asked. Never throws. */
export async function checkAws(destinations: readonly Destination[], { env }: DoctorContext['environment']): Promise<Finding[]> {
  if (findDryRun(env)) return [];
  const signed = destinations.filter(({ auth }) => auth === 'sigv4');
  const found = await Promise.all(signed.map(async (destination) => (await checkXray(destination)).map((finding) => ({ ...finding, seen: `${destination.name}: ${finding.seen}` }))));
  return found.flat();
}
