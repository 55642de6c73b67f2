// Why somebody does something, in their words, for those who read the audit trail later. Not for: what has to be typed to go on
// (typed-confirm.tsx). Invariant: as long as the API takes it, and nobody has to say anything.
import { TextField } from '@/ui/field';

interface Props {
  /** Who reads it. */
  help: string;
  value: string;
  onChange: (text: string) => void;
  placeholder?: string;
}

export function WhyField({ help, value, onChange, placeholder }: Props) {
  return (
    <TextField
      help={help}
      label="Why"
      maxLength={500}
      onChange={(event) => onChange(event.target.value)}
      optional
      placeholder={placeholder}
      value={value}
    />
  );
}
