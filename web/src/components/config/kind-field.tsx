// Of which kind something new is. Not for: what is there, whose kind stays.
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';

interface Props<K extends string> {
  kinds: readonly { kind: K; title: string }[] | undefined;
  value: K;
  help?: string;
  onChange: (kind: K) => void;
}

export function KindField<K extends string>({ kinds, value, help, onChange }: Props<K>) {
  return (
    <Field help={help} label="Kind">
      {(ids) => (
        <Select
          {...ids}
          className="w-64"
          onChange={onChange}
          options={(kinds ?? []).map((each) => ({ value: each.kind, label: each.title }))}
          value={value}
        />
      )}
    </Field>
  );
}
