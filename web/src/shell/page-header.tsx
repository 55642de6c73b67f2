// The title of a page stands in the top bar: a page says it here, with breadcrumbs and the count of what is shown.
// Not for: titles inside of the page. Invariants: one h1; the document's title follows it; a change of page moves the focus
// to the page and says its title.
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { createPortal } from 'react-dom';
import { signal } from '@/lib/signal';

/** Where the top bar takes the title. A value of its own, so that the shell is not drawn again when the place is there. */
export const headerSlot = signal<HTMLElement | null>(null);

interface Props {
  title: string;
  /** Pages above this one. */
  crumbs?: readonly { label: string; to: string }[];
  /** Beside the title: `1,398 of 100,000`. */
  count?: ReactNode;
  /** The h1 stands in the page itself (an object with its name); the bar shows the crumbs only. */
  plain?: boolean;
}

export function PageHeader({ title, crumbs = [], count, plain }: Props) {
  const slot = headerSlot.use();
  useEffect(() => {
    document.title = `${title} · certctl`;
  }, [title]);
  if (slot === null) return null;
  const Title = plain ? 'span' : 'h1';
  return createPortal(
    <>
      {crumbs.map((crumb) => (
        <span className="flex min-w-0 items-center gap-2" key={crumb.to}>
          <Link className="max-w-48 truncate text-ink-2 hover:text-ink" to={crumb.to}>
            {crumb.label}
          </Link>
          <ChevronRight aria-hidden="true" className="shrink-0 text-ink-3" size={14} />
        </span>
      ))}
      <Title className="truncate font-semibold">{title}</Title>
      {count === undefined ? null : <span className="nums whitespace-nowrap text-ink-3">{count}</span>}
    </>,
    slot,
  );
}
