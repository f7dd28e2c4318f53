/** What Kiro itself writes into conversations, in whichever of its engines: on interruptions, and on calls that never ran. */

/** Stands where an answer would when a person interrupts; no model said it. */
export const INTERRUPTED = /^(Response was interrupted by the user|Tool uses were interrupted, waiting for the next user prompt)/;

/** Stands in the place of V1's next prompt when a person pressed Ctrl-C while a tool ran, and when they answered a request with `n`. */
export const INTERRUPTED_TOOL = /^The user interrupted the tool execution\b/;
const REFUSED_TOOL = /^I deny this tool request\b/;

/** Whether Kiro itself wrote this prompt, which then goes on with the turn and opens none. */
export function isOwnPrompt(prompt: string): boolean {
  return INTERRUPTED_TOOL.test(prompt) || REFUSED_TOOL.test(prompt);
}

/** What the model is told of a call that never ran, as an error: why it did not. */
const NEVER_RAN: readonly { text: RegExp; outcome: 'denied' | 'cancelled' }[] = [
  { text: /^Tool use was denied by the user/, outcome: 'denied' },
  { text: /^PreToolHook blocked the tool execution/, outcome: 'denied' },
  { text: /^Tool use was approved, but did not execute/, outcome: 'cancelled' },
  { text: /^Tool use was cancelled by the user/, outcome: 'cancelled' },
];

/** The text of a call's error → what became of the call. */
export function outcomeOfError(message: string): 'denied' | 'cancelled' | 'error' {
  return NEVER_RAN.find(({ text }) => text.test(message))?.outcome ?? 'error';
}
