// One message beside the list: what was said, and its way to each receiver. Not for: the alert as it is now.
import { useQuery } from '@tanstack/react-query';
import { RotateCw, X } from 'lucide-react';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { Deliveries } from '@/components/alerts/deliveries';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Timestamp } from '@/components/times';
import { notificationEvents, objectPages, severities } from '@/lib/alert-words';
import { retriable } from '@/lib/deliveries';
import { readTimes } from '@/lib/time';
import { shortPrints } from '@/lib/words';
import { Button, IconButton } from '@/ui/button';
import { CopyId } from '@/ui/copy';
import { TextLink } from '@/ui/link';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';

interface Props {
  id: string;
  channelName: (id: string | null | undefined) => string;
  reason: string | null;
  retrying: boolean;
  onRetry: (it: Schemas['Notification']) => void;
  onClose: () => void;
}

export function NotificationPeek({ id, channelName, reason, retrying, onRetry, onClose }: Props) {
  const found = useQuery(q('/notifications/{id}', { path: { id } }));
  const it = found.data;
  const page = it ? objectPages[it.object_kind] : undefined;
  return (
    <aside
      aria-label="Message"
      className="flex w-120 shrink-0 flex-col overflow-y-auto border-s border-line bg-surface tablet:w-90"
    >
      <header className="flex min-h-11 items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="min-w-0 flex-1 font-semibold break-words">{it?.title ?? 'Message'}</h2>
        <IconButton icon={<X size={16} />} keys="Escape" label="Close" onClick={onClose} />
      </header>
      {found.isError && !it ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} what="This message" />
      ) : it === undefined ? (
        <SkeletonRows rows={6} />
      ) : (
        <>
          <PropertyList
            items={[
              ['Why', readTimes(shortPrints(it.cause))],
              ['Event', notificationEvents[it.event]],
              ['Severity', <StatusText key="severity" status={severities[it.severity]} />],
              ['Said', <Timestamp at={it.created_at} key="said" />],
              [
                'About',
                page ? (
                  <TextLink key="about" to={`${page}/${it.object_id}`}>
                    {it.object_kind.replaceAll('_', ' ')} {it.object_id}
                  </TextLink>
                ) : (
                  `${it.object_kind.replaceAll('_', ' ')} ${it.object_id}`
                ),
              ],
              it.alert_id
                ? [
                    'Its alert',
                    <TextLink key="alert" to={`/alerts/${it.alert_id}`}>
                      as it is now, and all that was said of it
                    </TextLink>,
                  ]
                : null,
              ['Id', <CopyId id={it.id} key="id" label="Copy the message's id" />],
            ]}
          />
          <div className="flex items-center border-t border-line px-4 pt-4 pb-2">
            <h3 className="flex-1 font-semibold">Deliveries</h3>
            {retriable(it) ? (
              <Button
                busy={retrying}
                disabledReason={reason}
                icon={<RotateCw size={14} />}
                onClick={() => onRetry(it)}
                size="sm"
              >
                Retry
              </Button>
            ) : null}
          </div>
          <Deliveries channelName={channelName} it={it} />
        </>
      )}
    </aside>
  );
}
