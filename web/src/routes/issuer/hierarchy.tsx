// The CA certificates of an issuer, from what clients have to trust down to what signs.
import { Download } from 'lucide-react';
import type { Schemas } from '@/api/types';
import { Expiry } from '@/components/times';
import { certificatesIn } from '@/lib/pem';
import { save } from '@/lib/save';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy';
import { Panel } from '@/ui/panel';

type Issuer = Schemas['Issuer'];

export function Hierarchy({ it }: { it: Issuer }) {
  const chain = certificatesIn(it.chain_pem).toReversed();
  return (
    <Panel
      actions={
        chain.length === 0 ? null : (
          <Button
            icon={<Download size={14} />}
            onClick={() => save(`${it.id}.pem`, it.chain_pem, 'application/x-pem-file')}
            size="sm"
            variant="ghost"
          >
            Download PEM
          </Button>
        )
      }
      flush
      note="what clients have to trust comes first"
      title="CA certificates"
    >
      {chain.length === 0 ? (
        <p className="px-4 py-5 text-ink-3">Its CA certificates are known once it has signed something.</p>
      ) : (
        <ol>
          {chain.map((each, depth) => (
            <li
              className="flex min-h-12 items-center gap-3 border-b border-line py-2 pe-4 last:border-b-0"
              key={each.pem}
              style={{ paddingInlineStart: 16 + depth * 24 }}
            >
              {depth > 0 ? <span aria-hidden="true" className="h-px w-4 shrink-0 bg-line-strong" /> : null}
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{each.subject || 'without a name'}</span>
                <span className="block truncate text-xs text-ink-3">
                  {each.subject === each.issuer ? 'signed by itself' : `signed by ${each.issuer}`}
                </span>
              </span>
              <Expiry at={each.notAfter} className="text-ink-2" />
              <CopyButton label={`Copy ${each.subject} as PEM`} text={each.pem} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
