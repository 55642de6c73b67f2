// The ways of one message to its receivers: where each is, and what was answered. Not for: sending it again.
import { useNames } from '@/api/caller';
import type { Schemas } from '@/api/types';
import { StatusText } from '@/components/status-text';
import { Timestamp, TimeUntil } from '@/components/times';
import { deliveryStates } from '@/lib/alert-words';
import { count } from '@/lib/words';
import { TextLink } from '@/ui/link';

interface Props {
  it: Schemas['Notification'];
  channelName: (id: string | null | undefined) => string;
}

export function Deliveries({ it, channelName }: Props) {
  const nameOf = useNames();
  return (
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
  );
}
