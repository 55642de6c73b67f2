// Something to take along: an id or fingerprint with a button, or a block of text. Not for: secrets that are shown once without a warning.
import { Check, Copy as CopyIcon } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './button';

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  return (
    <IconButton
      icon={done ? <Check size={14} /> : <CopyIcon size={14} />}
      label={done ? 'Copied' : label}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setDone(true);
          setTimeout(() => setDone(false), 1500);
        });
      }}
      size="icon-sm"
    />
  );
}

export function CopyId({ id, label }: { id: string; label?: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <code className="text-ink-2">{id}</code>
      <CopyButton label={label} text={id} />
    </span>
  );
}

export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="relative rounded-control border border-line bg-sunken">
      <pre aria-label={label} className="overflow-x-auto p-3 pe-10 whitespace-pre-wrap break-all text-ink-2">
        {text}
      </pre>
      <div className="absolute end-1.5 top-1.5">
        <CopyButton text={text} />
      </div>
    </div>
  );
}
