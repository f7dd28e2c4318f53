/** One tool call, with the wait for a person and the subagent that may stand in it. */
import { toCommandFamily } from '#spoor/core/command-family.ts';
import { toPermissionSpanId, toSpanId } from '#spoor/core/ids.ts';
import type { Outcome, Span } from '#spoor/core/span.ts';
import { CHANGE_AT } from './generate-config.ts';
import { COMMANDS, ERRORS, SKILLS, type ToolKind } from './people-and-tools.ts';
import { pickShared, toSpan, type Scene, type TurnState } from './scene.ts';

const LEAST_SUBAGENT = 8;

/** Adds the call and the wait inside it to the turn. `startsSubagent`: its spans are still to be made. */
export function generateCall(scene: Scene, state: TurnState, { startMillis, batchSize }: { startMillis: number; batchSize: number }): { call: Span; callId: string; startsSubagent: boolean } {
  const { dice } = scene.bench;
  const tool = pickTool(scene, state);
  const isAsked = state.left > 2 && dice.percent(tool.askPercent ?? 0);
  const waitMillis = isAsked ? dice.lognormal(8000, 1.1) : 0;
  const outcome = toOutcome(scene, tool, isAsked);
  const runMillis = outcome === 'denied' ? 0 : dice.lognormal(tool.medianMillis, tool.sigma) * (outcome === 'timeout' ? 20 : 1) * slownessOf(scene, tool);
  const [errorType, errorMessage] = outcome === 'error' ? dice.pick(ERRORS) : outcome === 'timeout' ? (['timeout', 'The command was ended after 120000 ms.'] as const) : [];
  const callId = `call_${toSpanId(`${state.plan.key}:${state.made}:call`)}`;
  const { values, input } = describeCall(scene, tool);
  const span = toSpan(scene, state, {
    kind: 'tool',
    parentSpanId: state.plan.spanId,
    startMillis,
    endMillis: startMillis + waitMillis + runMillis,
    outcome,
    values: {
      toolName: tool.name,
      toolCallId: callId,
      ...values,
      ...(batchSize > 1 ? { batchSize } : {}),
      ...(tool.kind === 'shell' && outcome !== 'denied' ? { exitCode: outcome === 'error' ? 1 : 0 } : {}),
      ...(errorType === undefined ? {} : { errorType, errorMessage }),
    },
    content: { toolArguments: JSON.stringify(input), ...(outcome === 'denied' ? {} : { toolResult: toResult(scene, tool) }) },
    keys: [callId],
  });
  state.spans.push(span);
  state.left -= 1;
  if (isAsked) addPermission(scene, state, { call: span, startMillis, waitMillis });
  return { call: span, callId, startsSubagent: tool.kind === 'subagent' && outcome === 'ok' };
}

/** No subagent where there are too few spans left for one, nor below another. */
function pickTool(scene: Scene, state: TurnState): ToolKind {
  const { dice } = scene.bench;
  const tool = pickShared(dice, scene.kind.tools);
  const fits = tool.kind !== 'subagent' || (state.left > LEAST_SUBAGENT && state.plan.parentSpanId === undefined);
  return fits ? tool : (scene.kind.tools[0] as ToolKind);
}

function toOutcome(scene: Scene, tool: ToolKind, isAsked: boolean): Outcome {
  const { dice } = scene.bench;
  if (isAsked && dice.percent(9)) return 'denied';
  if (dice.percent(0.6)) return 'cancelled';
  if (!dice.percent(tool.errorPercent)) return 'ok';
  return tool.kind === 'shell' && dice.percent(6) ? 'timeout' : 'error';
}

function slownessOf(scene: Scene, tool: ToolKind): number {
  return scene.kind.agent === 'claude-code' && tool.kind === 'shell' && scene.progress >= CHANGE_AT ? 0.5 : 1;
}

function addPermission(scene: Scene, state: TurnState, { call, startMillis, waitMillis }: { call: Span; startMillis: number; waitMillis: number }): void {
  const isDenied = call.outcome === 'denied';
  const span = toSpan(scene, state, {
    kind: 'permission',
    parentSpanId: call.spanId,
    startMillis,
    endMillis: startMillis + waitMillis,
    outcome: isDenied ? 'denied' : 'ok',
    values: { toolName: call.values.toolName, toolCallId: call.values.toolCallId, decision: isDenied ? 'denied' : 'approved' },
    keys: [],
  });
  span.spanId = toPermissionSpanId(call.spanId);
  state.spans.push(span);
  state.left -= 1;
}

function describeCall(scene: Scene, tool: ToolKind): { values: Span['values']; input: Record<string, unknown> } {
  const { dice, words } = scene.bench;
  if (tool.kind === 'shell') {
    const shellCommand = dice.pick(COMMANDS);
    const purpose = dice.percent(50) ? { toolPurpose: words.prose(20).slice(9, 60) } : {};
    return { values: { shellCommand, shellFamily: toCommandFamily(shellCommand), ...purpose }, input: { command: shellCommand, timeout: 1000 * dice.below(200) } };
  }
  if (tool.kind === 'read' || tool.kind === 'edit' || tool.kind === 'search') {
    const path = `/home/dev/${scene.project}${words.path().slice('/home/dev/shop'.length)}`;
    const input = tool.kind === 'edit' ? { file_path: path, old_string: words.code(dice.scaled(30, 400)), new_string: words.code(dice.scaled(30, 400)) } : tool.kind === 'search' ? { path, pattern: dice.hex(6) } : { file_path: path };
    return { values: { files: [{ path, operation: tool.kind }] }, input };
  }
  if (tool.kind === 'skill') {
    const skillName = dice.pick(SKILLS.slice(0, -1));
    return { values: { skillName, skillPath: `/home/dev/.claude/skills/${skillName}/SKILL.md` }, input: { skill: skillName } };
  }
  if (tool.mcp) return { values: { mcpServer: tool.mcp.server, mcpTool: tool.mcp.tool }, input: { query: words.prose(30).slice(9), limit: 20 } };
  return { values: {}, input: { description: words.prose(30).slice(9, 80), [tool.kind === 'web' ? 'url' : 'text']: `https://docs.example/${dice.hex(6)}` } };
}

/** Two of three are texts that came before: files are read again and again. */
function toResult(scene: Scene, tool: ToolKind): string {
  const { dice, words, results } = scene.bench;
  if (tool.kind === 'edit' || tool.kind === 'plain') return `The file has been updated. ${dice.hex(6)}`;
  return dice.percent(66) ? dice.pick(results) : words.code(dice.scaled(60, 3000));
}
