// Texts to write, one on a line, each of its own: patterns, environments. Not for: choosing of what there is (PickList).
import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { Button, IconButton } from '@/ui/button';
import { inputLook } from '@/ui/field';

interface Props {
  label: string;
  /** One of them: "pattern". */
  one: string;
  values: readonly string[];
  onChange: (values: string[]) => void;
  help?: string;
  error?: string;
  placeholder?: string;
  /** What there is already, to choose from while writing. */
  known?: readonly string[];
}

export function TextList({ label, one, values, onChange, help, error, placeholder, known }: Props) {
  const list = useId();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      {help ? <p className="-mt-1 text-xs text-ink-3">{help}</p> : null}
      {values.map((value, index) => (
        // Texts have no identity of their own; they are told apart by their places.
        <div className="flex items-center gap-2" key={index.toString()}>
          <input
            aria-label={`${one} ${index + 1}`}
            className={inputLook}
            list={known ? list : undefined}
            onChange={(event) => onChange(values.map((other, place) => (place === index ? event.target.value : other)))}
            placeholder={placeholder}
            spellCheck={false}
            value={value}
          />
          <IconButton
            icon={<X size={14} />}
            label={`Remove ${one} ${index + 1}`}
            onClick={() => onChange(values.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {known ? (
        <datalist id={list}>
          {known.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </datalist>
      ) : null}
      {error ? <p className="text-xs text-crit">{error}</p> : null}
      <Button className="self-start" icon={<Plus size={14} />} onClick={() => onChange([...values, ''])} size="sm">
        Add {/^[aeiou]/i.test(one) ? 'an' : 'a'} {one}
      </Button>
    </fieldset>
  );
}
