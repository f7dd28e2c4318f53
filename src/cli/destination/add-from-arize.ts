/** `spoor destination add --from-arize`: what Arize's tracer of coding agents was told becomes destinations, and its hooks may go. */
import { agents } from '../../agents/index.ts';
import { findArizeHooks } from '../../agents/arize-hooks.ts';
import { arizeFolder, loadArizeConfig } from '../../config/arize-config.ts';
import { findPhoenixTwin } from '../../config/config.ts';
import { applyEdits, InstallationError } from '../../installation/apply-edits.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { loadSound } from '../install-settings.ts';
import { assertAgreed, showEdits } from '../installing.ts';
import { toCountText } from '../terminal/number-text.ts';
import { say } from '../terminal/say.ts';
import { planAddition, writeAdditions, type Addition } from './plan-addition.ts';
import { toArizeWanted } from './to-arize-wanted.ts';
import type { AddOptions } from './wanted.ts';

/** Shows what would be written, asks, writes it; then shows the hooks that would go, and asks about these. */
export async function addFromArize(options: AddOptions, context: CliContext): Promise<void> {
  const { home, stderr, environment } = context;
  const additions = await planAll(options, context);
  for (const { text, sentences } of additions) {
    await stderr.write(`${text}\n`);
    for (const sentence of sentences) await say(stderr, sentence);
  }
  const hooks = findArizeHooks(environment, context.folder);
  if (options.dryRun) {
    await showEdits(hooks.edits, context);
    return await say(stderr, 'This was a dry run: nothing was changed.');
  }
  if (additions.length > 0) {
    await assertAgreed(context, `Write ${additions.length === 1 ? 'this' : 'these'} into ${home.configFile}?`, options.yes);
    writeAdditions(additions, context);
    await say(stderr, `Done. To see whether spans are taken: spoor destination test`);
  }
  await offerToStrip(hooks, options, context);
}

async function planAll(options: AddOptions, context: CliContext): Promise<Addition[]> {
  const { environment, stderr } = context;
  const read = environment.home === undefined ? undefined : loadArizeConfig(environment.home, agents.map(({ id }) => id));
  if (!read) throw new Failure(`There is no configuration of Arize's tracer in ${environment.home === undefined ? '~/.arize/harness' : arizeFolder(environment.home)}.`, 'Add a backend with: spoor destination add');
  const config = loadSound(context);
  const { wanted, sentences } = toArizeWanted(read, options, config);
  for (const problem of read.problems) await say(stderr, `${problem}: left out.`);
  for (const sentence of sentences) await say(stderr, sentence);
  const additions: Addition[] = [];
  for (const one of wanted) {
    const place = { name: one.name, url: one.url, preset: one.preset };
    const twin = findPhoenixTwin(place, config.destinations) ?? config.destinations.find(({ url }) => url === one.url);
    if (twin) await say(stderr, `"${twin.name}" goes to ${one.url} already: it stays as it is.`);
    else additions.push(planAddition(one, { config, context }));
  }
  if (wanted.length === 0) throw new Failure(`${read.path} names no backend that can be taken over.`, 'Add one with: spoor destination add');
  return additions;
}

/** Both tracers at once would send every session twice. */
async function offerToStrip({ edits, notes }: ReturnType<typeof findArizeHooks>, options: AddOptions, context: CliContext): Promise<void> {
  for (const note of notes) await say(context.stderr, note);
  if (edits.length === 0) return await say(context.stderr, "No hook of Arize's tracer stands in the agents' files. Put spoor's in with: spoor install");
  await showEdits(edits, context);
  const isAgreed = options.yes || (await context.confirm(`Take Arize's hooks out of ${toCountText(edits.length, 'file')}? Both at once send every session twice.`));
  if (!isAgreed) return await say(context.stderr, "They stay. Until they are out, every session is sent twice where spoor's hooks are in as well.");
  try {
    applyEdits(edits);
  } catch (error) {
    if (error instanceof InstallationError) throw new Failure(error.message);
    throw error;
  }
  await say(context.stderr, `Took them out. ${context.environment.home === undefined ? '' : `The folder ${arizeFolder(context.environment.home)} is as it was; remove it when you like. `}Put spoor's in with: spoor install`);
}
