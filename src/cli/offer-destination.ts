/** The question where traces go, for a person at a terminal who has named no destination yet. */
import { isLoopback } from '../config/destination/address.ts';
import { isReceiverAt } from '../exporters/probe-receiver.ts';
import { presets } from '../exporters/presets/index.ts';
import type { Preset } from '../exporters/presets/preset.ts';
import type { CliContext } from './context.ts';
import { Failure, UsageFailure } from './failure.ts';
import { loadSound, parseTarget, planDestination, type SettingChange, type Target } from './install-settings.ts';
import { say } from './terminal/say.ts';

/** Answers that cannot be meant are asked for again so often. */
const MOST_TRIES = 3;
/** Variables by which a shell names a destination of its own. */
const NAMED_BY_SHELL = ['SPOOR_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'PHOENIX_ENDPOINT', 'PHOENIX_COLLECTOR_ENDPOINT', 'ARIZE_OTLP_ENDPOINT'];

/**
 * Offers what listens on this machine, an address, or none, which is the default. Undefined: nothing is to change, or nobody is there to
 * answer. Throws a `Failure` when the person goes away instead. The only network that is touched without a destination: an empty request to ports of the loopback interface, and only for a
 * person who is then asked.
 */
export async function offerDestination(context: CliContext): Promise<SettingChange | undefined> {
  const { environment, stderr } = context;
  if (!context.canAsk) return undefined;
  const named = NAMED_BY_SHELL.find((name) => environment.env[name]?.trim());
  const config = loadSound(context);
  if (config.destinations.length > 0 || named !== undefined) {
    if (config.destinations.length === 0) await say(stderr, `Sessions of this shell go where its ${named} says; those of other shells stay on this machine.`);
    return undefined;
  }
  const found = await findReceivers();
  await say(stderr, '\nTraces are kept on this machine. Send them somewhere as well?');
  await stderr.write(['  1  no, keep them here', ...found.map(({ title, url }, index) => `  ${index + 2}  ${url}  ${title}, which answers there`), ''].join('\n'));
  const target = await askForTarget(found, context);
  return target && planDestination(target, { config, context });
}

async function findReceivers(): Promise<Preset[]> {
  const candidates = presets.filter(({ url }, index) => isLoopback(url) && presets.findIndex((other) => other.url === url) === index);
  const answers = await Promise.all(candidates.map(({ url }) => isReceiverAt(Number(new URL(url).port))));
  return candidates.filter((_, index) => answers[index]);
}

async function askForTarget(found: readonly Preset[], context: CliContext): Promise<Target | undefined> {
  const ids = presets.map(({ id }) => id).join(', ');
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const typed = await context.ask(`A number, an address (http://…) or one of ${ids} [1]: `);
    if (typed === undefined) throw new Failure('Nothing was changed.');
    const answer = typed.trim();
    if (['', '1', 'n', 'no', 'none'].includes(answer.toLowerCase())) return undefined;
    const preset = /^\d+$/.test(answer) ? found[Number(answer) - 2] : undefined;
    try {
      if (preset) return parseTarget(preset.id, 'Not understood', context);
      if (!/^\d+$/.test(answer)) return parseTarget(answer, 'Not understood', context);
      await say(context.stderr, `There is no ${answer}.`);
    } catch (error) {
      if (!(error instanceof UsageFailure)) throw error;
      await say(context.stderr, error.message);
    }
  }
  await say(context.stderr, 'So they are kept here. Later: spoor install --to URL');
  return undefined;
}
