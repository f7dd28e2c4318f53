/** The pages and their addresses. Each is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from './models/search-params.ts';
import { EmptyState, ErrorState } from './components/notice.tsx';
import { AppFrame } from './shell/app-frame.tsx';

const root = createRootRoute({
  component: AppFrame,
  notFoundComponent: () => <EmptyState title="There is no such page." />,
  errorComponent: ({ error }) => <ErrorState error={error} />,
});

const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage') }),
  createRoute({ getParentRoute: () => root, path: '/sessions', component: lazyRouteComponent(() => import('./pages/sessions/sessions-page.tsx'), 'SessionsPage') }),
  createRoute({ getParentRoute: () => root, path: '/sessions/$agent/$sessionId', component: lazyRouteComponent(() => import('./pages/session/session-page.tsx'), 'SessionPage') }),
  createRoute({ getParentRoute: () => root, path: '/tools', component: lazyRouteComponent(() => import('./pages/tools/tools-page.tsx'), 'ToolsPage') }),
  createRoute({ getParentRoute: () => root, path: '/skills', component: lazyRouteComponent(() => import('./pages/skills/skills-page.tsx'), 'SkillsPage') }),
  createRoute({ getParentRoute: () => root, path: '/models', component: lazyRouteComponent(() => import('./pages/models/models-page.tsx'), 'ModelsPage') }),
  createRoute({ getParentRoute: () => root, path: '/compare', component: lazyRouteComponent(() => import('./pages/compare/compare-page.tsx'), 'ComparePage') }),
  createRoute({ getParentRoute: () => root, path: '/telemetry', component: lazyRouteComponent(() => import('./pages/telemetry/telemetry-page.tsx'), 'TelemetryPage') }),
  createRoute({ getParentRoute: () => root, path: '/policy', component: lazyRouteComponent(() => import('./pages/policy/policy-page.tsx'), 'PolicyPage') }),
  createRoute({ getParentRoute: () => root, path: '/health', component: lazyRouteComponent(() => import('./pages/health/health-page.tsx'), 'HealthPage') }),
  createRoute({ getParentRoute: () => root, path: '/settings', component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage') }),
];

export const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: 'intent', scrollRestoration: true, parseSearch, stringifySearch });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
