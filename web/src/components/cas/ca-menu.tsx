// What can be done with one authority: look at its issuer, take its certificate along, replace it. Not for: the replacement itself.
import { Copy, Download, Landmark, RefreshCw } from 'lucide-react';
import type { RowAction } from '@/components/row-menu';
import { type Ca, caName } from '@/lib/ca-words';
import { save } from '@/lib/save';

interface Doing {
  missing: string | null;
  onIssuer?: () => void;
  onReplace: () => void;
  onCopy: (text: string) => void;
}

/** Why it is not replaced. */
export function irreplaceable(ca: Ca): string | null {
  if (ca.state !== 'active') return 'another has taken its place already';
  if (ca.role === 'root' && !ca.has_key) return 'its key is not here';
  return null;
}

export const caActions = (ca: Ca, { missing, onIssuer, onReplace, onCopy }: Doing): RowAction[] => [
  ...(onIssuer
    ? [{ label: 'Open its issuer', icon: <Landmark size={14} />, keys: 'O', printed: true, run: onIssuer }]
    : []),
  { label: 'Copy certificate', icon: <Copy size={14} />, run: () => onCopy(ca.pem) },
  {
    label: 'Download chain',
    icon: <Download size={14} />,
    run: () => save(`${ca.id}.pem`, ca.chain_pem, 'application/x-pem-file'),
  },
  {
    label: ca.role === 'root' ? `Replace root…` : 'Replace issuing CA…',
    icon: <RefreshCw size={14} />,
    begins: true,
    disabledReason: missing ?? irreplaceable(ca),
    run: onReplace,
  },
];

export const menuName = (ca: Ca) =>
  ca.role === 'root' ? `the root ${caName(ca)}` : `${caName(ca)}, generation ${ca.generation}`;
