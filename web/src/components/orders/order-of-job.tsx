// The order of a job at an authority outside, while it is open; nothing for a local CA.
import { useQuery } from '@tanstack/react-query';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import { OrderProgress } from './order-progress';

const LOOK_MS = 3000;

export function OrderOfJob({ jobId, label }: { jobId: string; label: string }) {
  const nameOf = useNames();
  // No event tells how a proof is doing.
  const order = useQuery({ ...q('/jobs/{id}', { path: { id: jobId } }), refetchInterval: LOOK_MS }).data?.order;
  if (!order || order.ended_at) return null;
  return (
    <section aria-label={label} className="mx-4 mb-4 overflow-hidden rounded-control border border-line">
      <OrderProgress nameOf={nameOf} order={order} />
    </section>
  );
}
