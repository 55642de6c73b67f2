// One message beside the list: what was said, and its way to each receiver. Not for: the alert as it is now.
import { useQuery } from '@tanstack/react-query';
import { RotateCw, X } from 'lucide-react';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Timestamp, TimeUntil } from '@/components/times';
import { deliveryStates, notificationEvents, severities } from '@/lib/alert-words';
import { retriable } from '@/lib/deliveries';
import { readTimes } from '@/lib/time';
import { count, shortPrints } from '@/lib/words';
import { Button, IconButton } from '@/ui/button';
import { CopyId } from '@/ui/copy';
import { TextLink } from '@/ui/link';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';

const pages: Record<string, string> = {
  certificate: '/certificates',
  agent: '/agents',
  issuer: '/issuers',
  job: '/jobs',
  alert_rule: '/alerts/rules',
  notifier: '/alerts/channels',
};

interface Props {
  id: string;
  channelName: (id: string | null | undefined) => string;
  reason: string | null;
  retrying: boolean;
  onRetry: (it: Schemas['Notification']) => void;
  onClose: () => void;
}

export function NotificationPeek({ id, channelName, reason, retrying, onRetry, onClose }: Props) {
  const nameOf = useNames();
  const found = useQuery(q('/notifications/{id}', { path: { id } }));
  const it = found.data;
  const page = it ? pages[it.object_kind] : undefined;
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
                    <TextLink key="alert" search={{ alert: it.alert_id } as never} to="/alerts/history">
                      all that was said of it
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
          <ul>
            {it.deliveries.map((each, place) => (
              <li className="border-t border-line px-4 py-3" key={place.toString()}>
                <div className="flex items-center gap-3">
                  <span className="min-w-0 flex-1 truncate font-medium">
                    {each.notifier_id ? (
                      <TextLink className="text-ink" to={`/alerts/channels/${each.notifier_id}`}>
                        {channelName(each.notifier_id)}
                      </TextLink>
                    ) : (
                      'Nobody'
                    )}
                    {each.owner_id ? (
                      <span className="font-normal text-ink-3"> to the owner {nameOf(each.owner_id)}</span>
                    ) : null}
                  </span>
                  <StatusText status={deliveryStates[each.state]} />
                </div>
                <p className="mt-1 text-xs break-words text-ink-2">
                  {each.receipt ? `The receiver answered: ${each.receipt}` : (each.error ?? 'No answer yet.')}
                </p>
                <p className="mt-0.5 text-xs text-ink-3">
                  {count(each.attempts, 'try', 'tries')}
                  {each.sent_at ? (
                    <>
                      , sent <Timestamp at={each.sent_at} />
                    </>
                  ) : each.next_try_at ? (
                    <>
                      , the next <TimeUntil at={each.next_try_at} />
                    </>
                  ) : null}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </aside>
  );
}
