/** `spoor serve` */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { UsageFailure } from '../failure.ts';

interface Options {
  port: string;
}

/** OTLP/HTTP's own port, since receivers of spans are looked for there: https://opentelemetry.io/docs/specs/otlp/#otlphttp-default-port */
const USUAL_PORT = '4318';

const EXAMPLES = `
Serves today, on 127.0.0.1 and nowhere else:
  /metrics   what was counted, for Prometheus
  /health    whether it works
  /v1/traces /v1/logs /v1/metrics   takes OTLP over HTTP (protobuf or JSON): telemetry of agents goes into their
             sessions where it adds to them, everything else is kept as it came
There is no dashboard yet.

config.yaml, so that only who names a token may send (authorization: Bearer … or x-spoor-token: …):
  receiver:
    token: env:SPOOR_RECEIVER_TOKEN

It is also the collector: one that hooks started gives way to it, and it stays until Ctrl-C.

Examples:
  spoor serve
  spoor serve --port 9464`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .option('--port <number>', 'the port to listen at; 0: one that is free', USUAL_PORT)
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => serve(options, context));
}

async function serve({ port: text }: Options, { collector, stdout, stderr }: CliContext): Promise<void> {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageFailure(`--port takes a number from 0 to 65535, not "${text}".`);
  const abort = new AbortController();
  const leave = (): void => abort.abort();
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    await collector.serve({
      port,
      signal: abort.signal,
      async onListening(url) {
        await stdout.write(`${url}\n`);
        await stderr.write(`Serving ${url}/metrics and ${url}/health, and collecting. Ctrl-C ends it; hooks go on without it.\n`);
      },
    });
    await stderr.write(abort.signal.aborted ? 'Left. The next event of an agent starts a collector again.\n' : 'Another collector took over, or the home is gone: left.\n');
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}
