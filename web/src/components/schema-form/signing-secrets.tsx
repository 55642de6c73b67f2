// The secrets that sign a webhook's messages: made here or brought along, shown until they are saved and never again.
import { KeyRound, Plus, X } from 'lucide-react';
import { signingSecret } from '@/lib/channel-form';
import { Button, IconButton } from '@/ui/button';
import { CopyButton } from '@/ui/copy';
import { inputLook } from '@/ui/field';
import type { Widget } from './schema-form';

type Props = Parameters<Widget>[0] & { stored: boolean };

export function SigningSecrets({ field, value, error, onChange, stored }: Props) {
  const secrets = Array.isArray(value) ? value.map(String) : [];
  const most = field.schema.maxItems ?? 3;
  const full = secrets.length >= most ? `at most ${most}` : null;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{field.label}</legend>
      <p className="-mt-1 text-xs text-ink-3">
        {stored && secrets.length === 0
          ? 'Stored. New ones replace them; give the old one too while receivers change over. '
          : ''}
        {field.schema.description}
      </p>
      {secrets.map((secret, index) => (
        // Secrets have no identity of their own; they are told apart by their places.
        <div className="flex items-center gap-1" key={index.toString()}>
          <input
            aria-invalid={error ? true : undefined}
            aria-label={`${field.label} ${index + 1}`}
            autoComplete="off"
            className={`font-mono ${inputLook}`}
            onChange={(event) =>
              onChange(secrets.map((other, place) => (place === index ? event.target.value : other)))
            }
            placeholder="whsec_…"
            spellCheck={false}
            value={secret}
          />
          <CopyButton label="Copy for the receiver" text={secret} />
          <IconButton
            icon={<X size={14} />}
            label={`Remove secret ${index + 1}`}
            onClick={() => onChange(secrets.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {error ? <p className="text-xs text-crit">{error}</p> : null}
      <div className="flex gap-2">
        <Button
          disabledReason={full}
          icon={<KeyRound size={14} />}
          onClick={() => onChange([...secrets, signingSecret()])}
          size="sm"
        >
          Make one
        </Button>
        <Button
          disabledReason={full}
          icon={<Plus size={14} />}
          onClick={() => onChange([...secrets, ''])}
          size="sm"
          variant="ghost"
        >
          Bring one along
        </Button>
      </div>
    </fieldset>
  );
}
