// A field of a form: label above, help under, the fault in the help's place. Not for: validation (the form does that).
// Invariant: label, help and fault are tied to the input by id.
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from '@/lib/cx';

export const inputShape =
  'h-8 rounded-control border border-control-line bg-surface px-2.5 text-sm text-ink hover:border-ink-3 focus:outline-2 focus:outline-accent-ink focus:outline-offset-1 aria-invalid:border-crit-fill';
export const inputLook = `${inputShape} w-full`;

interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string;
  optional?: boolean;
  className?: string;
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}

export function Field({ label, help, error, optional, className, children }: FieldProps) {
  const id = useId();
  const note = `${id}-note`;
  const noted = Boolean(help) || error !== undefined;
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <label className="text-sm font-medium" htmlFor={id}>
        {label}
        {optional ? <span className="ms-1.5 font-normal text-ink-3">optional</span> : null}
      </label>
      {children({
        id,
        'aria-describedby': noted ? note : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {noted ? (
        <p className={cx('text-xs', error === undefined ? 'text-ink-3' : 'text-crit')} id={note}>
          {error ?? help}
        </p>
      ) : null}
    </div>
  );
}

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'className'>, Omit<FieldProps, 'children'> {
  mono?: boolean;
}

export function TextField({ label, help, error, optional, className, mono, ...rest }: TextFieldProps) {
  return (
    <Field className={className} error={error} help={help} label={label} optional={optional}>
      {(ids) => <input {...rest} {...ids} className={cx(inputLook, mono && 'font-mono')} />}
    </Field>
  );
}

export function TextArea({
  label,
  help,
  error,
  optional,
  className,
  mono,
  ...rest
}: Omit<ComponentProps<'textarea'>, 'className'> & Omit<FieldProps, 'children'> & { mono?: boolean }) {
  return (
    <Field className={className} error={error} help={help} label={label} optional={optional}>
      {(ids) => (
        <textarea rows={3} {...rest} {...ids} className={cx(inputLook, 'h-auto py-1.5', mono && 'font-mono')} />
      )}
    </Field>
  );
}
