// Every primitive and product component in its states, for the eye and for the visual and axe checks. Dev builds only.
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { ApiError } from '@/api/error';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { Spark } from '@/components/spark';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { StepBar } from '@/components/step-bar';
import { Expiry, TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { ValidityBar, ValidityBarLarge } from '@/components/validity-bar';
import { conditions, type Tone } from '@/lib/tokens';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, IconButton } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Chip, Count } from '@/ui/chip';
import { CodeBlock, CopyId } from '@/ui/copy';
import { TextArea, TextField } from '@/ui/field';
import { Keys } from '@/ui/kbd';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { Segmented } from '@/ui/segmented';
import { Select } from '@/ui/select';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';

const DAY = 86_400_000;
const now = Date.parse('2026-11-24T09:14:22Z');
const iso = (days: number) => new Date(now + days * DAY).toISOString();
const life = (used: number) => ({
  start: now - used * 90 * DAY,
  renew: now + (0.67 - used) * 90 * DAY,
  end: now + (1 - used) * 90 * DAY,
});
const tones: Tone[] = ['ok', 'warn', 'crit', 'info', 'neutral'];

export function UiPage() {
  const [way, setWay] = useState<'a' | 'b'>('a');
  const [choice, setChoice] = useState<string | null>(null);
  return (
    <>
      <PageHeader title="Components" />
      <div className="mx-auto grid w-full max-w-340 grid-cols-2 gap-4 p-6 tablet:grid-cols-1">
        <Panel note="one primary for a view" title="Buttons">
          <div className="flex flex-wrap gap-2">
            <Button icon={<Plus size={14} />} variant="primary">
              Request certificate
            </Button>
            <Button>Renew now</Button>
            <Button variant="ghost">Save view</Button>
            <Button variant="danger">Request revocation</Button>
            <Button variant="danger-ghost">Revoke…</Button>
            <Button disabledReason="needs the role Operator">Deploy…</Button>
            <Button busy variant="primary">
              Renewing
            </Button>
            <Button size="sm">Small</Button>
            <IconButton icon={<Trash2 size={16} />} label="Remove" />
            <Keys keys="Ctrl+K" />
          </div>
        </Panel>
        <Panel note="own silhouettes: told without colour" title="Statuses">
          <ul className="grid grid-cols-3 gap-2">
            {Object.entries(conditions).map(([token, status]) => (
              <li key={token}>
                <StatusText status={status} times={token === 'failing' ? 3 : 0} />
              </li>
            ))}
            <li className="flex items-center gap-1.5">
              <StatusGlyph glyph="warning" tone="warn" /> Warning
            </li>
          </ul>
        </Panel>
        <Panel title="Validity">
          <div className="flex flex-col gap-3">
            {tones.map((tone, index) => (
              <ValidityBar key={tone} life={life((index + 1) / 5.2)} now={now} tone={tone} />
            ))}
            <div className="px-2 pt-4">
              <ValidityBarLarge life={life(0.3)} now={now} tone="ok" />
            </div>
          </div>
        </Panel>
        <Panel title="Times">
          <ul className="flex flex-col gap-1">
            <li>
              <Expiry at={iso(900)} /> · <Expiry at={iso(-9000)} /> · <Expiry at={null} />
            </li>
            <li>
              <TimeAgo at={iso(-90)} /> · <TimeUntil at={iso(900)} /> · <Timestamp at={iso(0)} />
            </li>
          </ul>
        </Panel>
        <Panel title="Small things">
          <div className="flex flex-wrap items-center gap-3">
            <Chip>production</Chip>
            <Count value={12} />
            <Count tone="accent" value={3} />
            <Count tone="crit" value={1205} />
            <StepBar label="step 3 of 5" steps={['done', 'done', 'now', 'ahead', 'ahead']} />
            <Spark label="example" tone="warn" values={[3, 5, 4, null, 6, 2, 8, 5, 7, 6]} />
            <CopyId id="mc-01jks8rsp0" />
            <Checkbox label="On" readOnly checked />
            <Checkbox indeterminate label="Some" readOnly />
          </div>
          <div className="mt-3">
            <CodeBlock label="Command" text="certctl certs create --name web.example.com --wait" />
          </div>
        </Panel>
        <Panel title="Fields">
          <div className="flex flex-col gap-4">
            <TextField help="As people call it." label="Name" />
            <TextField error="This name is taken." label="Name" defaultValue="web" />
            <TextArea label="Reason" optional />
            <Select
              label="Policy"
              onChange={setChoice}
              options={[
                { value: 'a', label: 'At two thirds' },
                { value: 'b', label: 'By hand', hint: 'no renewal' },
              ]}
              value={choice}
            />
            <Segmented
              label="Way"
              onChange={setWay}
              options={[
                { value: 'a', label: 'Expiries' },
                { value: 'b', label: 'Planned renewals' },
              ]}
              value={way}
            />
          </div>
        </Panel>
        <Panel title="Said and done">
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => say('Owner assigned', { undo: () => undefined })}>Undo toast</Button>
            <Button
              onClick={() =>
                complain('vpn.example.com was not renewed', new ApiError('The issuer did not answer.', 503))
              }
            >
              Failure toast
            </Button>
            <Menu trigger={<Button>Menu</Button>}>
              <MenuItem keys="R" onSelect={() => undefined}>
                Renew now
              </MenuItem>
              <MenuItem disabledReason="it has no targets" onSelect={() => undefined}>
                Deploy…
              </MenuItem>
              <MenuSeparator />
              <MenuItem danger onSelect={() => undefined}>
                Archive…
              </MenuItem>
            </Menu>
          </div>
          <div className="mt-3 flex flex-col gap-2">
            {tones.map((tone) => (
              <Banner className="rounded-control" key={tone} tone={tone}>
                A word, {tone}.
              </Banner>
            ))}
          </div>
        </Panel>
        <Panel flush title="Facts">
          <PropertyList
            items={[
              ['Names', 'vpn.corp.example.com, +2 more'],
              ['Key', 'ECDSA P-256'],
            ]}
          />
        </Panel>
        <Panel flush title="Loading">
          <SkeletonRows rows={4} />
        </Panel>
        <Panel flush title="Empty">
          <EmptyState actions={<Button>Show decided requests</Button>} title="No approvals waiting">
            Requests land here when a profile asks for a second pair of eyes.
          </EmptyState>
        </Panel>
        <Panel flush title="Error">
          <ErrorState
            error={new ApiError('The database did not answer within 5 s.', 503)}
            onRetry={() => undefined}
            stillWorks="Renewals keep running; only this page is affected."
            what="The target list"
          />
        </Panel>
      </div>
    </>
  );
}
