import { PageHeader } from '@/shell/page-header';

export function UiPage() {
  return <PageHeader title="Components" />;
}
