/** Spans as text for a person: a line for each and one for each of its attributes. */
import type { AttributeValue } from '../core/attributes.ts';
import { nanoToMillis } from '../core/time.ts';
import type { TraceBatch, WireSpan } from '../otlp/trace.ts';
import type { Destination, Exporter } from './exporter.ts';

const STATUS_WORDS = { 0: '', 1: ' OK', 2: ' ERROR' } as const;

/** `print` gets text that ends in a line break and may be many lines long. Throws one sentence where there is nothing to print to. */
export function createConsoleExporter({ name }: Pick<Destination, 'name'>, { print }: { print?(text: string): void }): Exporter {
  if (!print) throw new Error(`The destination ${name} prints to a terminal, and in the background there is none. Use a file instead.`);
  return {
    async export(batch) {
      try {
        print(toConsoleText(batch));
        return { status: 'success' };
      } catch (error) {
        return { status: 'retryable', message: `The terminal could not be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).` };
      }
    },
    async close() {},
  };
}

function toConsoleText(batch: TraceBatch): string {
  const spans = batch.resourceSpans.flatMap((group) => group.spans);
  return spans.map((span) => `${toLines(span).map(visible).join('\n')}\n`).join('');
}

function toLines(span: WireSpan): string[] {
  const millis = nanoToMillis(span.endUnixNano - span.startUnixNano);
  const start = new Date(nanoToMillis(span.startUnixNano)).toISOString();
  const message = span.status.message ? `: ${span.status.message}` : '';
  return [
    `${start} ${span.name} ${millis} ms${STATUS_WORDS[span.status.code]}${message}`,
    `  trace ${span.traceId} span ${span.spanId}${span.parentSpanId ? ` parent ${span.parentSpanId}` : ''}`,
    ...Object.entries(span.attributes).map(([name, value]) => `  ${name} = ${toText(value)}`),
    ...span.events.map((event) => `  event ${event.name}`),
  ];
}

function toText(value: AttributeValue): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** Content is foreign: nothing of it may move a terminal's cursor, turn its direction or end our line. */
function visible(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (control) => {
    return control === '\n' ? '\\n' : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
