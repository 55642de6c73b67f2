// The search of a list: typing changes the address after a short pause, in place of the entry before; what is pasted or cleared is
// whole, and changes it at once.
import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '@/lib/keyboard';
import { Kbd } from '@/ui/kbd';

const PAUSE = 150;

export function SearchBox({
  value,
  onChange,
  placeholder,
}: {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address has changed from elsewhere: follow it.
  if (value !== told) {
    setTold(value);
    setText(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    const tell = () => {
      setTold(next);
      onChange(next);
    };
    if (next === '' || Math.abs(next.length - text.length) > 1) tell();
    else timer.current = setTimeout(tell, PAUSE);
  };
  useKeys([{ keys: '/', label: 'Search this list', group: 'This list', run: () => input.current?.focus() }]);
  return (
    <span className="relative flex h-8 w-72 shrink-0 items-center">
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute start-2.5 text-ink-3"
        size={16}
        strokeWidth={1.75}
      />
      <input
        aria-label={placeholder}
        className="h-full w-full rounded-control border border-line-strong bg-surface ps-8.5 pe-9 hover:border-control-line focus:outline-2 focus:outline-accent-ink focus:outline-offset-1"
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          if (text !== '') write('');
          else input.current?.blur();
        }}
        placeholder={placeholder}
        ref={input}
        type="search"
        value={text}
      />
      {text === '' ? (
        <Kbd className="pointer-events-none absolute end-2">/</Kbd>
      ) : (
        <button
          aria-label="Clear the search"
          className="absolute end-1 flex size-6 items-center justify-center text-ink-3 hover:text-ink"
          onClick={() => write('')}
          type="button"
        >
          <X size={14} />
        </button>
      )}
    </span>
  );
}
