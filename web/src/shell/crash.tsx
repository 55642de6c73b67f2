// A page, or a part of it, could not be drawn: say so there, keep the rest, and make a report easy.
// Not for: requests that failed (ErrorState); those that reach here are shown as one.
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { ApiError } from '@/api/error';
import { ErrorState } from '@/components/error-state';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy';
import { NotFound } from './not-found';

export function PageError({ error, reset }: { error: unknown; reset: () => void }) {
  if (error instanceof ApiError) {
    return error.status === 404 ? <NotFound /> : <ErrorState error={error} onRetry={reset} what="This page" />;
  }
  const report = [
    globalThis.location.href,
    `${new Date().toISOString()}, ${navigator.userAgent}`,
    error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
  ].join('\n');
  return (
    <div className="max-w-130 p-8" role="alert">
      <h2 className="text-lg font-semibold">This part of the page could not be drawn</h2>
      <p className="mt-1 text-ink-2">
        It is a fault of the dashboard. The rest of the console works, and nothing on the server is affected.
      </p>
      <div className="mt-4 flex gap-2">
        <Button onClick={reset} variant="primary">
          Try again
        </Button>
        <Button onClick={() => window.location.reload()}>Reload the page</Button>
        <CopyButton label="Copy report" text={report} />
      </div>
      <details className="mt-4 text-xs text-ink-3">
        <summary>Details</summary>
        <pre className="mt-2 max-h-60 overflow-auto rounded-control bg-sunken p-3 whitespace-pre-wrap">{report}</pre>
      </details>
    </div>
  );
}

/** The boundary of a panel. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override componentDidCatch(_error: unknown, _info: ErrorInfo) {
    // React has already written it to the console.
  }
  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <PageError error={this.state.error} reset={() => this.setState({ error: undefined })} />;
  }
}
