/** Who said what a rollout calls a user's message: a person, or Codex itself in the person's name. */
import { baseOf, openTurn, type RolloutReading, type RolloutRecord } from './reading.ts';

/** Codex puts these in front of, or between, the person's words: the blocks begin with a tag or a fixed heading. */
const OWN_WORDS = /^\s*(?:<(?:environment_context|user_instructions|permissions[ _]instructions|skills?(?:_instructions)?|turn_aborted|user_shell_command|collaboration_mode|multi_agent_mode|model_switch|personality_spec|subagent_notification|tools|apps_instructions|plugins_instructions|INSTRUCTIONS|user_action|hook_prompt|goal_context|codex_internal_context)\b|# AGENTS\.md instructions\b)/;
const SHELL_COMMAND = /<user_shell_command>\s*<command>\n?([\s\S]*?)\n?<\/command>/;
const SKILL = /^\s*<skill>\s*<name>([^<\n]{1,200})<\/name>/;

/** What Codex itself wrote; undefined: the words are a person's. `shellCommand`: what the person ran in the agent's shell escape. */
export function findOwnWords(text: string): { shellCommand?: string } | undefined {
  if (!OWN_WORDS.test(text)) return undefined;
  const shellCommand = SHELL_COMMAND.exec(text)?.[1];
  return shellCommand === undefined ? {} : { shellCommand };
}

/** The skill that was put before the model because the person named it. */
export function parseSkill(text: string): string | undefined {
  return SKILL.exec(text)?.[1];
}

/** A prompt opens a turn where no task is open for it; in a turn that has its prompt it steers. */
export function addPrompt(reading: RolloutReading, record: RolloutRecord, { text, isShell }: { text: string; isShell?: boolean }): void {
  let turn = reading.turns.at(-1);
  if (turn?.isTask && turn.end === undefined && turn.hasPrompt) {
    turn.changes.push({ ...baseOf(reading, turn, record), key: `steer:${record.order}`, type: 'context.changed', change: 'steering', ...(text === '' ? {} : { text }) });
    return;
  }
  // Before there were tasks, each prompt was a turn.
  if (!turn || turn.end !== undefined || turn.hasPrompt) turn = openTurn(reading, record);
  turn.hasPrompt = true;
  turn.prompt = text || undefined;
  if (isShell) turn.extra.set('user_shell', true);
}
