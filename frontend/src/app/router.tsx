import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, type RouterHistory } from '@tanstack/react-router';
import { NotFound, PageFailed } from '@/app/Failures';
import { Shell } from '@/app/shell/Shell';
import { Loading } from '@/components/States';
import { loginSearch } from '@/features/auth/search';
import { clientSearch } from '@/features/client/search';
import { dashboardSearch } from '@/features/dashboard/search';
import { logsSearch } from '@/features/logs/search';
import { historySearch } from '@/features/history/search';
import { reviewSearch } from '@/features/reviews/search';
import { settingsSearch } from '@/features/settings/search';
import { meQuery } from '@/lib/api/me';

/** Every address of the dashboard. A page is a chunk of its own; what it shows stands in its address, read by `validateSearch`. */
const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: loginSearch,
  component: lazyRouteComponent(() => import('@/features/auth/LoginPage')),
});

const setUp = createRoute({ getParentRoute: () => root, path: '/setup', component: lazyRouteComponent(() => import('@/features/auth/SetUpPage')) });

/** Everything that needs a person who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  async beforeLoad({ context, location }) {
    const me = await context.client.query({ ...meQuery, staleTime: 'static' });
    if (!me) {
      context.client.removeQueries(meQuery);
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
});

const dashboard = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: dashboardSearch,
  component: lazyRouteComponent(() => import('@/features/dashboard/DashboardPage')),
});

/** An id is `laptop-1/codex/user`, slashes and all. */
const client = createRoute({
  getParentRoute: () => inside,
  path: '/clients/$',
  validateSearch: clientSearch,
  component: lazyRouteComponent(() => import('@/features/client/ClientPage')),
});

const conflicts = createRoute({
  getParentRoute: () => inside,
  path: '/conflicts',
  validateSearch: reviewSearch,
  component: lazyRouteComponent(() => import('@/features/reviews/ConflictsPage')),
});

const approvals = createRoute({
  getParentRoute: () => inside,
  path: '/approvals',
  validateSearch: reviewSearch,
  component: lazyRouteComponent(() => import('@/features/reviews/ApprovalsPage')),
});

const history = createRoute({
  getParentRoute: () => inside,
  path: '/history',
  validateSearch: historySearch,
  component: lazyRouteComponent(() => import('@/features/history/HistoryPage')),
});

const logs = createRoute({
  getParentRoute: () => inside,
  path: '/logs',
  validateSearch: logsSearch,
  component: lazyRouteComponent(() => import('@/features/logs/LogsPage')),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  validateSearch: settingsSearch,
  component: lazyRouteComponent(() => import('@/features/settings/SettingsPage')),
});

const pages = [dashboard, client, conflicts, approvals, history, logs, settings] as const;
const tree = root.addChildren([login, setUp, inside.addChildren(pages)]);

export const createAppRouter = (client: QueryClient, history?: RouterHistory) =>
  createRouter({
    routeTree: tree,
    ...(history ? { history } : {}),
    context: { client },
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
    search: { strict: true }, // else what a page does not know of, or refuses, would pass through to it
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
