// Which alerts a channel is told of, and when. Not for: where they go.
import { ChooseMany } from '@/components/filters/choose-many';
import { useInventoryChoices } from '@/components/inventory-choices';
import { alertKinds } from '@/lib/alert-words';
import { type ChannelForm, collects } from '@/lib/channel-form';
import { timeZones } from '@/lib/week-window';
import { CheckField } from '@/ui/check-field';
import { Field, inputShape } from '@/ui/field';
import { NumberInput } from '@/ui/number-field';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';

interface Props {
  form: ChannelForm;
  faults: Readonly<Record<string, string>>;
  onChange: (patch: Partial<ChannelForm>) => void;
}

export function RoutingFields({ form, faults, onChange }: Props) {
  const choices = useInventoryChoices();
  return (
    <>
      <Panel title="Of what">
        <div className="flex flex-col gap-5">
          <Field label="From which severity on">
            {({ id }) => (
              <Select
                className="w-56"
                id={id}
                onChange={(least) => onChange({ least })}
                options={[
                  { value: 'info', label: 'all alerts' },
                  { value: 'warning', label: 'warnings and above' },
                  { value: 'critical', label: 'critical only' },
                ]}
                value={form.least}
              />
            )}
          </Field>
          <div className="flex flex-col gap-1">
            <span className="text-sm font-medium">Only</span>
            <div className="flex flex-wrap gap-2">
              <ChooseMany
                chosen={form.kinds}
                label="Kind"
                onChange={(kinds) => onChange({ kinds: kinds as ChannelForm['kinds'] })}
                options={Object.entries(alertKinds).map(([value, label]) => ({ value, label }))}
              />
              <ChooseMany
                chosen={form.teams}
                label="Team"
                onChange={(teams) => onChange({ teams })}
                options={choices.teams}
              />
              <ChooseMany
                chosen={form.environments}
                free
                label="Environment"
                onChange={(environments) => onChange({ environments })}
                options={choices.environments}
              />
            </div>
            <p className="text-xs text-ink-3">What is not chosen lets everything through.</p>
          </div>
          <CheckField
            checked={form.closed}
            help="Of those whose beginning it was told."
            label="Tell the end of an alert too"
            onChange={(closed) => onChange({ closed })}
          />
          <CheckField
            checked={form.enabled}
            help="Switched off, it is told of nothing; a test is sent all the same."
            label="Switched on"
            onChange={(enabled) => onChange({ enabled })}
          />
        </div>
      </Panel>
      <Panel title="When">
        {collects(form.kind) ? (
          <div className="flex flex-col gap-4">
            <div className="flex flex-wrap items-center gap-2">
              <Select
                className="w-56"
                label="When messages are sent"
                onChange={(collect) => onChange({ collect })}
                options={[
                  { value: 'at-once', label: 'at once' },
                  { value: 'minutes', label: 'collected, every so often' },
                  { value: 'daily', label: 'collected, once a day' },
                ]}
                value={form.collect}
              />
              {form.collect === 'minutes' ? (
                <>
                  <NumberInput
                    invalid={faults['/digest/every_minutes'] !== undefined}
                    label="Minutes after the first"
                    onChange={(minutes) => onChange({ minutes })}
                    value={form.minutes}
                  />
                  <span className="text-ink-2">min after the first</span>
                </>
              ) : null}
              {form.collect === 'daily' ? (
                <>
                  <input
                    aria-label="Time of the day"
                    className={`nums w-32 ${inputShape}`}
                    onChange={(event) => onChange({ dailyAt: event.target.value })}
                    type="time"
                    value={form.dailyAt}
                  />
                  <input
                    aria-label="Time zone"
                    className={`w-44 ${inputShape}`}
                    list="zones"
                    onChange={(event) => onChange({ zone: event.target.value })}
                    spellCheck={false}
                    value={form.zone}
                  />
                  <datalist id="zones">
                    {timeZones().map((zone) => (
                      <option key={zone}>{zone}</option>
                    ))}
                  </datalist>
                </>
              ) : null}
            </div>
            {Object.entries(faults)
              .filter(([pointer]) => pointer.startsWith('/digest'))
              .map(([pointer, fault]) => (
                <p className="text-xs text-crit" key={pointer}>
                  {fault}
                </p>
              ))}
            {form.collect === 'at-once' ? null : (
              <CheckField
                checked={form.criticalAtOnce}
                label="Critical alerts at once all the same"
                onChange={(criticalAtOnce) => onChange({ criticalAtOnce })}
              />
            )}
          </div>
        ) : (
          <p className="text-ink-2">At once: it keeps an incident for each alert, so they cannot be collected.</p>
        )}
      </Panel>
    </>
  );
}
