// One of a few, always visible. Not for: pages (tabs.tsx).
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function Segmented<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <ToggleGroup
      aria-label={label}
      className="inline-flex h-7 shrink-0 items-center self-start rounded-control border border-line bg-sunken p-px"
      onValueChange={(next) => next[0] !== undefined && onChange(next[0] as T)}
      value={[value]}
    >
      {options.map((option) => (
        <Toggle
          className="h-6 rounded-[5px] border border-transparent px-2 text-xs text-ink-3 hover:text-ink data-pressed:border-line-strong data-pressed:bg-surface data-pressed:font-medium data-pressed:text-ink"
          key={option.value}
          value={option.value}
        >
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
