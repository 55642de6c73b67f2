import { PageHeader } from '@/shell/page-header';

export function CertificatesPage() {
  return <PageHeader title="Certificates" />;
}
