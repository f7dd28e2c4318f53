/** Where the dashboard begins. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { startLive } from './api/live.ts';
import { router } from './router.tsx';
import { startTheme } from './shell/theme.ts';
import './theme.css';

startTheme();
const client = new QueryClient({ defaultOptions: { queries: { retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400), refetchOnWindowFocus: false } } });
startLive(client);
const element = document.getElementById('root');
if (element) {
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
