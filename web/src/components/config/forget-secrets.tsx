// Which stored secrets are taken away when the form is saved. Not for: those that are needed, which can only be replaced.
import { labelOf, type Schema } from '@/lib/json-schema';
import { CheckField } from '@/ui/check-field';

interface Props {
  schema: Schema | undefined;
  /** Those that can be taken away. */
  secrets: readonly string[];
  without: readonly string[];
  onChange: (without: readonly string[]) => void;
}

export const ForgetSecrets = ({ schema, secrets, without, onChange }: Props) =>
  secrets.map((key) => (
    <CheckField
      checked={without.includes(key)}
      key={key}
      label={`Forget the stored ${labelOf(key, schema?.properties?.[key] ?? {}).toLowerCase()}`}
      onChange={(on) => onChange(on ? [...without, key] : without.filter((other) => other !== key))}
    />
  ));
