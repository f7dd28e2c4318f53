/** Our hooks in Gemini CLI's `settings.json`. */
import { join } from 'node:path';
import { findProperty } from '../json-edit.ts';
import { createSettingsInstaller } from '../settings-installer.ts';
import { withNative } from '../native-settings.ts';
import type { AgentEnvironment, Installer } from '../agent.ts';
import { findGeminiHome } from './chats.ts';
import { toGeminiNative } from './install-native.ts';

/** Milliseconds; Gemini CLI's own default is 60 s, and it waits for its hooks. */
const TIMEOUT_MILLIS = 3_000;

/**
 * Not among them: those around each model request, which run once a streamed chunk with the whole conversation and hold the answer up each
 * time, while the history tells model, tokens and text; `PreCompress`, which runs before nearly every request whether or not anything is
 * compressed; `Notification`, which tells when a person is asked but not for which call, nor when they answered.
 */
const EVENTS = [
  { event: 'SessionStart' },
  { event: 'BeforeAgent' },
  { event: 'BeforeTool', matcher: '*' },
  { event: 'AfterTool', matcher: '*' },
  { event: 'AfterAgent' },
  { event: 'SessionEnd' },
];

function findSettings(environment: AgentEnvironment): string | undefined {
  const home = findGeminiHome(environment);
  return home === undefined ? undefined : join(home, 'settings.json');
}

const hooksInstaller = createSettingsInstaller({
  id: 'gemini',
  title: 'Gemini CLI',
  program: 'gemini',
  findSettings,
  projectSettings: ['.gemini', 'settings.json'],
  entry: { name: 'spoor', type: 'command', timeout: TIMEOUT_MILLIS },
  events: EVENTS,
  findObstacles(settings) {
    const isOff = findProperty(findProperty(settings.root, 'hooksConfig'), 'enabled')?.value === false;
    return isOff ? ['"hooksConfig.enabled" is false: Gemini CLI runs no hooks until that is true, and nothing is traced live.'] : [];
  },
  projectNote: 'Gemini CLI runs the hooks of a project only where the folder is trusted.',
});

export const geminiInstaller: Installer = withNative(hooksInstaller, toGeminiNative(findSettings));
