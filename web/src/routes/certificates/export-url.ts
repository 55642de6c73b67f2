// Where all that matches is exported: the server streams it, with the list's own filters.
import { BASE } from '@/api/client';
import { inScope } from '@/lib/scope';

export function exportUrl(query: Readonly<Record<string, string>>, format: 'csv' | 'json' | 'ndjson'): string {
  const { sort: _, ...filters } = query;
  return `${BASE}/certificates/export?${new URLSearchParams({ ...inScope('/certificates/export', filters), format })}`;
}
