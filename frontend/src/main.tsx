import '@/styles/fonts.css';
import '@/styles/tokens.css';
import '@/styles/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from '@/app/queryClient';
import { createAppRouter } from '@/app/router';
import { startLanguage } from '@/lib/i18n/i18n';

const place = document.getElementById('root');

async function start(root: HTMLElement): Promise<void> {
  await startLanguage();
  const client = queryClient();
  const router = createAppRouter(client);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

if (place) void start(place);
