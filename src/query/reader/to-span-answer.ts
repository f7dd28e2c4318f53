/** A stored span → everything of it, for its page. Pure. */
import { isTimeTold, toRunNano, type Wait } from '../../core/run-time.ts';
import { nanoToMillis } from '../../core/time.ts';
import type { Attributes, AttributeValue } from '../../core/attributes.ts';
import { genAi } from '../../semconv/gen-ai.ts';
import type { RenderContext } from '../../semconv/dialect.ts';
import type { StoredSpan } from '../../store/store.ts';
import type { Timed } from '../api/figures.ts';
import type { SpanAnswer } from '../api/session.ts';
import { toDetails, toTokenFigures } from './span-details.ts';

/** UTF-16 units. More of a text is not shown before it is asked for. */
const SHOWN_LENGTH = 65_536;

/** `context`: with which the span would be rendered, with all its content · `waits`: what is told of waiting for a person inside it. */
export function toSpanAnswer(span: StoredSpan, { context, waits }: { context: RenderContext; waits: readonly Wait[] }): Omit<SpanAnswer, keyof Timed> {
  const { values } = span;
  const run = toRunNano(span, waits);
  const { content, cut } = cutContent(span.content);
  const [rendered] = genAi.toSpans({ ...span, content }, context);
  const known = {
    parentSpanId: span.parentSpanId,
    endMillis: span.endUnixNano === undefined ? undefined : nanoToMillis(span.endUnixNano),
    runMillis: run === undefined ? undefined : nanoToMillis(run),
    isEstimated: isTimeTold(span) ? undefined : true,
    errorType: values.errorType,
    errorMessage: values.errorMessage,
    toolName: values.toolName,
    toolCallId: values.toolCallId,
    purpose: values.toolPurpose,
    shellCommand: values.shellCommand,
    exitCode: values.exitCode,
    mcpServer: values.mcpServer,
    mcpTool: values.mcpTool,
    skillName: values.skillName,
    model: values.responseModel ?? values.requestModel,
    provider: values.provider,
    finishReasons: values.finishReasons,
  };
  return {
    spanId: span.spanId,
    traceId: span.traceId,
    kind: span.kind,
    name: rendered?.name ?? span.kind,
    agent: span.agent,
    sessionId: span.sessionId,
    turnIndex: span.turnIndex,
    startMillis: nanoToMillis(span.startUnixNano),
    outcome: span.outcome,
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<typeof known> as object),
    files: values.files ?? [],
    tokens: toTokenFigures(values.usage ?? values.turnUsage),
    cost: toDetails(span.kind, { values }, 0n).cost ?? {},
    content,
    cut,
    events: span.events.map(({ name, unixNano, attributes }) => ({ name, atMillis: nanoToMillis(unixNano), attributes: toJsonAttributes(attributes) })),
    attributes: toJsonAttributes({ ...genAi.toResource(context), ...rendered?.attributes }),
    provenance: Object.fromEntries(Object.entries(span.provenance).filter(([, value]) => value !== undefined)) as Record<string, string>,
    keys: span.keys,
    isFinal: span.final,
    isChanged: span.changed,
  };
}

function cutContent(content: StoredSpan['content']): Pick<SpanAnswer, 'content' | 'cut'> {
  const result: Pick<SpanAnswer, 'content' | 'cut'> = { content: {}, cut: {} };
  for (const [kind, text] of Object.entries(content) as [keyof StoredSpan['content'], string][]) {
    result.content[kind] = text.length <= SHOWN_LENGTH ? text : text.slice(0, SHOWN_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
    if (text.length > SHOWN_LENGTH) result.cut[kind] = text.length;
  }
  return result;
}

/** JSON has no bigint: an int that a double does not hold becomes its digits. */
function toJsonAttributes(attributes: Attributes): Record<string, Exclude<AttributeValue, bigint>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'bigint' ? (Number.isSafeInteger(Number(value)) ? Number(value) : String(value)) : value]));
}
