/** The list of routes: one line each. */
import type { Route } from '../route.ts';
import { compare, compareSessions } from './compare.ts';
import { health, tracingHealth } from './health.ts';
import { metrics } from './metrics.ts';
import { models } from './models.ts';
import { overview } from './overview.ts';
import { session, sessionCoverage, sessionDetails, sessionOtlp } from './session.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { skills } from './skills.ts';
import { span, spanContent, spanOtlp } from './span.ts';
import { calls, tools } from './tools.ts';

export const routes: readonly Route[] = [
  metrics, health,
  overview, sessions, session, sessionDetails, sessionCoverage, sessionOtlp, span, spanContent, spanOtlp, calls, tools, skills, models, compare, compareSessions, tracingHealth, settings,
];
