// The conditions of an alert rule as sentences: any of several, each with all of its lines. Not for: what they find.
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { FilterMenu } from '@/components/filters/filter-menu';
import { RangeFilter } from '@/components/filters/range-filter';
import { useInventoryChoices } from '@/components/inventory-choices';
import type { AlertRuleForm } from '@/lib/alert-rule-form';
import { subjects } from '@/lib/alert-words';
import { keyName } from '@/lib/key-names';
import {
  type Condition,
  fieldName,
  fieldsOfSubject,
  firstCondition,
  type Line,
  type Subject,
  toLines,
} from '@/lib/rule-conditions';
import { Button, IconButton } from '@/ui/button';
import { inputShape } from '@/ui/field';
import { Menu, MenuItem } from '@/ui/menu';
import { NumberInput } from '@/ui/number-field';
import { Panel } from '@/ui/panel';
import { Segmented } from '@/ui/segmented';
import { Select } from '@/ui/select';

const MOST = 5;

interface Props {
  form: AlertRuleForm;
  /** It exists already: its subject stays. */
  made: boolean;
  fault?: string;
  onChange: (patch: Partial<AlertRuleForm>) => void;
}

export function When({ form, made, fault, onChange }: Props) {
  const { subject, conditions } = form;
  const fields = fieldsOfSubject[subject];
  const views = useQuery(q('/views', { query: { limit: 500 } })).data?.items.filter((each) => each.noun === subject);
  const set = (place: number, next: Condition) =>
    onChange({
      conditions:
        next.length === 0
          ? conditions.filter((_, other) => other !== place)
          : conditions.map((one, other) => (other === place ? next : one)),
    });
  const unused = (one: Condition) => Object.keys(fields).find((key) => !one.some(([used]) => used === key));
  const fresh = (key: string): Line => [key, fields[key]?.first ?? ''];
  return (
    <Panel
      actions={
        made ? (
          <span className="text-xs text-ink-3">{subjects[subject].label.toLowerCase()}</span>
        ) : (
          <Segmented
            label="What it looks at"
            onChange={(next) => onChange({ subject: next, conditions: [firstCondition[next]], group: 'object' })}
            options={(Object.keys(subjects) as Subject[]).map((value) => ({ value, label: subjects[value].label }))}
            value={subject}
          />
        )
      }
      title="When"
    >
      <div className="flex flex-col gap-3">
        {conditions.map((one, place) => (
          // Conditions have no identity of their own; they are told apart by their places.
          <div className="flex flex-col gap-2" key={place.toString()}>
            {place > 0 ? (
              <p className="flex items-center gap-3 text-ink-3">
                or when <span className="h-px flex-1 bg-line" />
              </p>
            ) : null}
            {one.map((line, index) => (
              <LineFields
                first={index === 0}
                key={line[0]}
                line={line}
                onChange={(next) =>
                  set(
                    place,
                    one.map((other, at) => (at === index ? next : other)),
                  )
                }
                onRemove={() =>
                  set(
                    place,
                    one.filter((_, at) => at !== index),
                  )
                }
                subject={subject}
                used={one.map(([key]) => key)}
                word={
                  index === 0
                    ? place === 0
                      ? `${/^[ai]/.test(subject) ? 'An' : 'A'} ${subjects[subject].one}`
                      : ''
                    : 'and'
                }
              />
            ))}
            <div className="ps-22">
              <Button
                disabledReason={unused(one) === undefined ? 'each field is used once' : null}
                icon={<Plus size={14} />}
                onClick={() => set(place, [...one, fresh(unused(one) ?? '')])}
                size="sm"
                variant="ghost"
              >
                And…
              </Button>
            </div>
          </div>
        ))}
        {fault ? <p className="text-xs text-crit">{fault}</p> : null}
        <div className="flex flex-wrap gap-2 border-t border-line pt-3">
          <Button
            disabledReason={conditions.length >= MOST ? `at most ${MOST}` : null}
            icon={<Plus size={14} />}
            onClick={() => onChange({ conditions: [...conditions, firstCondition[subject]] })}
            size="sm"
          >
            {conditions.length === 0 ? 'A condition' : 'Or when…'}
          </Button>
          {views && views.length > 0 ? (
            <Menu
              trigger={
                <Button size="sm" variant="ghost">
                  Start from a saved view
                </Button>
              }
            >
              {views.map((view) => (
                <MenuItem
                  key={view.id}
                  onSelect={() =>
                    onChange({
                      conditions: toLines([view.filter as Record<string, string>]),
                      ...(form.name.trim() === '' ? { name: view.name } : {}),
                    })
                  }
                >
                  {view.name}
                </MenuItem>
              ))}
            </Menu>
          ) : null}
        </div>
      </div>
    </Panel>
  );
}

interface LineProps {
  subject: Subject;
  line: Line;
  word: string;
  first: boolean;
  used: readonly string[];
  onChange: (line: Line) => void;
  onRemove: () => void;
}

function LineFields({ subject, line, word, used, onChange, onRemove }: LineProps) {
  const fields = fieldsOfSubject[subject];
  const [key, text] = line;
  const field = fields[key];
  const label = (name: string) => fieldName(subject, name);
  const names = Object.keys(fields).filter((name) => name === key || !used.includes(name));
  return (
    <div aria-label={`${label(key)}: condition`} className="flex flex-wrap items-center gap-2" role="group">
      <span className="w-20 shrink-0 text-ink-3">{word}</span>
      <Select
        className="w-44"
        label="Field"
        onChange={(next) => onChange([next, fields[next]?.first ?? ''])}
        options={[...names, ...(field ? [] : [key])].map((value) => ({ value, label: label(value) }))}
        value={key}
      />
      <Value line={line} onChange={(next) => onChange([key, next])} subject={subject} text={text} />
      <IconButton icon={<X size={14} />} label={`Remove: ${label(key)}`} onClick={onRemove} />
    </div>
  );
}

function Value({
  subject,
  line: [key],
  text,
  onChange,
}: {
  subject: Subject;
  line: Line;
  text: string;
  onChange: (text: string) => void;
}) {
  const field = fieldsOfSubject[subject][key];
  const nameOf = useNames();
  const choices = useInventoryChoices();
  const label = field === undefined || field.label === 'It' ? '' : field.verb;
  const write = (next: string | undefined) => onChange(next ?? '');
  if (field?.kind === 'terms') {
    const known = field.values
      ? Object.entries(field.values).map(([value, name]) => ({ value, label: name }))
      : field.choices
        ? choices[field.choices]
        : [];
    return (
      <FilterMenu
        label={label}
        labelOf={(value) =>
          value === null
            ? (field.unset ?? 'not set')
            : (field.values?.[value] ?? (field.choices === 'keys' ? keyName(value) : nameOf(value)))
        }
        onChange={write}
        options={[...known, ...(field.unset ? [{ value: null, label: field.unset }] : [])]}
        required
        text={text === '' ? undefined : text}
      />
    );
  }
  if (field?.kind === 'list' || field?.kind === 'one')
    return (
      <ChoiceFilter
        label={label}
        onChange={write}
        options={Object.entries(field.values ?? {}).map(([value, name]) => ({ value, label: name }))}
        single={field.kind === 'one'}
        required
        text={text === '' ? undefined : text}
      />
    );
  if (field?.kind === 'range')
    return (
      <RangeFilter
        hint={field.hint ?? ''}
        label={label}
        onChange={write}
        presets={field.presets ?? []}
        required
        text={text === '' ? undefined : text}
      />
    );
  if (field?.kind === 'number')
    return (
      <span className="flex items-center gap-2 text-ink-2">
        {field.verb}
        <NumberInput
          label={`${field.label} ${field.verb}`}
          onChange={(value) => onChange(value === null ? '' : String(value))}
          value={text === '' ? null : Number(text)}
        />
        times
      </span>
    );
  return (
    <input
      aria-label={field ? `${field.label} ${field.verb}` : key}
      className={`w-56 ${inputShape}`}
      onChange={(event) => onChange(event.target.value)}
      placeholder={field?.verb ?? 'value'}
      spellCheck={false}
      value={text}
    />
  );
}
