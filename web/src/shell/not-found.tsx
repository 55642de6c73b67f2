// There is no such page, or no such object for this reader.
import { SearchX } from 'lucide-react';
import { EmptyState } from '@/components/empty-state';
import { openPalette } from '@/lib/palette-open';
import { Button, ButtonLink } from '@/ui/button';
import { PageHeader } from './page-header';

export function NotFound() {
  return (
    <>
      <PageHeader title="Not found" />
      <EmptyState
        actions={
          <>
            <Button onClick={openPalette} variant="primary">
              Search
            </Button>
            <ButtonLink to="/">Go to the overview</ButtonLink>
          </>
        }
        icon={<SearchX size={24} strokeWidth={1.5} />}
        title="There is nothing here"
      >
        It may have been removed or renamed, or it lies outside what you may see. A link from elsewhere may be
        incomplete.
      </EmptyState>
    </>
  );
}
