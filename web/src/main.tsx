// The beginning: providers around the router. Not for: anything that a page or the shell could do.
import '@/styles/app.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from '@/api/error';
import { stayCurrent } from '@/lib/current';
import { startPrinting } from '@/lib/print';
import { makeRouter } from '@/router';
import { Toasts } from '@/ui/toast';
import { TooltipProvider } from '@/ui/tooltip';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Events say when something is stale; this is for what they do not.
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => {
        const { status } = ApiError.of(error);
        return failures < 2 && (status === 0 || status >= 500);
      },
    },
  },
});
const router = makeRouter(queries);

startPrinting();
stayCurrent();

const place = document.getElementById('root');
// Nothing is drawn before it is known who reads, and the page's code is here: one picture is sooner there than three.
void router.load().finally(() => {
  if (place === null) return;
  createRoot(place).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queries}>
          <TooltipProvider>
            <Toasts>
              <RouterProvider router={router} />
            </Toasts>
          </TooltipProvider>
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
});
