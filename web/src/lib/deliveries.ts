// Whether what was said can be sent again. Not for: doing it.
import type { Schemas } from '@/api/types';

const again: readonly Schemas['DeliveryState'][] = ['failed', 'dead', 'undeliverable'];

/** Something of it has not reached its receiver, and waits for nothing else. */
export const retriable = (it: Pick<Schemas['Notification'], 'deliveries'>) =>
  it.deliveries.some((each) => again.includes(each.state));
