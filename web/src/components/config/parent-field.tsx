// The root that a new local CA stands below: one of those that sign, or a root of its own. Not for: moving one that is there.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Widget } from '@/components/schema-form/schema-form';
import { caName } from '@/lib/ca-words';
import { date, instant } from '@/lib/time';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';

const OWN = 'own';

export function ParentField({ field, value, error, onChange }: Parameters<Widget>[0]) {
  const roots = useQuery(q('/cas', { query: { role: 'root', state: 'active', limit: 500 } })).data?.items;
  const usable = (roots ?? []).filter((ca) => ca.has_key);
  return (
    <Field
      error={error}
      help={
        usable.length === 0
          ? 'It gets a root of its own, which clients have to trust.'
          : 'Below a root that clients trust already, nothing has to be rolled out.'
      }
      label={field.label}
    >
      {(ids) => (
        <Select
          {...ids}
          invalid={error !== undefined}
          onChange={(next) => onChange(next === OWN ? undefined : next)}
          options={[
            { value: OWN, label: 'A root of its own' },
            ...usable.map((ca) => {
              const end = instant(ca.not_after);
              return { value: ca.id as string, label: caName(ca), hint: end === null ? '' : `until ${date(end)}` };
            }),
          ]}
          value={typeof value === 'string' && value !== '' ? value : OWN}
        />
      )}
    </Field>
  );
}
