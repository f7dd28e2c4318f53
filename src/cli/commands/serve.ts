/** `spoor serve` */
import type { Command } from 'commander';
import { DEFAULT_PORT, type CliContext } from '../context.ts';
import { UsageFailure } from '../failure.ts';
import { toPlainLine } from '../terminal/clean-text.ts';

interface Options {
  port: string;
  open?: boolean;
  import: boolean;
}

const EXAMPLES = `
The dashboard, on 127.0.0.1 and nowhere else; and for programs:
  /metrics   what was counted, for Prometheus
  /health    whether it works
  /v1/traces /v1/logs /v1/metrics   takes OTLP over HTTP (protobuf or JSON): telemetry of agents goes into their
             sessions where it adds to them, everything else is kept as it came
Other users of this machine get the first two alone, and may send.

config.yaml, so that only who names a token may send (authorization: Bearer … or x-spoor-token: …):
  receiver:
    token: env:SPOOR_RECEIVER_TOKEN

It imports the history of the agents found here, beside everything else, and follows it. It is also the collector: one
that hooks started gives way to it, and it stays until Ctrl-C.

Examples:
  spoor serve --open
  spoor serve --port 9464 --no-import`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .option('--port <number>', 'the port to listen at; 0: one that is free', String(DEFAULT_PORT))
    .option('--open', 'open the dashboard in your browser')
    .option('--no-import', "read nothing of the agents' history but what hooks tell of")
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => serve(options, context));
}

async function serve({ port: text, open = false, import: imports }: Options, context: CliContext): Promise<void> {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageFailure(`--port takes a number from 0 to 65535, not "${text}".`);
  await serveUntilTold(context, { port, open, imports });
}

/** Serves until Ctrl-C, or until another collector takes over. Throws what `CollectorActions.serve` throws. */
export async function serveUntilTold(context: CliContext, { port, open, imports }: { port: number; open: boolean; imports: boolean }): Promise<void> {
  const { collector, stdout, stderr, openBrowser } = context;
  const abort = new AbortController();
  const leave = (): void => abort.abort();
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    await collector.serve({
      port,
      imports,
      signal: abort.signal,
      async onListening(url) {
        await stdout.write(`${url}\n`);
        await stderr.write('The dashboard is there, and what your agents do is collected. Ctrl-C ends it; hooks go on without it.\n');
        await tellConfigProblems(context);
        if (open) openBrowser(url);
      },
    });
    await stderr.write(abort.signal.aborted ? 'Left. The next event of an agent starts a collector again.\n' : 'Another collector took over, or the home is gone: left.\n');
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}

/** What of the configuration does not count: who serves for days would learn of it by what is missing. */
async function tellConfigProblems({ home, environment, stderr }: CliContext): Promise<void> {
  const { loadConfig } = await import('../../config/config.ts');
  const { problems } = loadConfig(home, environment);
  if (problems.length === 0) return;
  await stderr.write(`${problems.map(({ detail }) => `spoor: ${toPlainLine(detail)}.`).join('\n')}\nMend ${home.configFile}, or set what it refers to: it is taken over while this runs.\n`);
}
