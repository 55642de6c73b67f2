// A link to a page in a row of a long list. Not for: anything else, for which the router's own `Link` knows more (whether it is
// the current page, loading ahead of the pointer), which costs each row of a list more than all else that it shows.
// Invariant: what a browser does with a link by itself (another tab, another window) stays with the browser.
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

interface Props {
  /** The path of the page, without a search. */
  to: string;
  title?: string;
  children: ReactNode;
  className?: string;
}

export function RowLink({ to, title, children, className = 'rounded-chip font-medium hover:underline' }: Props) {
  const router = useRouter();
  const go = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ to });
  };
  return (
    <a
      className={className}
      href={to}
      onClick={go}
      onPointerDown={() => void router.preloadRoute({ to })}
      tabIndex={-1}
      title={title}
    >
      {children}
    </a>
  );
}
