// The command palette: anything by any handle, places, and what can be done. Opened by Ctrl+K.
// Not for: filtering a list. Invariant: what it finds comes from the server's search, so a serial or an address is found too.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useMay, useNames } from '@/api/caller';
import { q } from '@/api/client';
import { StatusGlyph } from '@/components/status-glyph';
import { Expiry } from '@/components/times';
import { useBindings } from '@/lib/keyboard';
import { useStable } from '@/lib/latest';
import { paletteOpen } from '@/lib/palette-open';
import { derIn, wantedOf } from '@/lib/pasted';
import { opened } from '@/lib/recent';
import { currentTeam } from '@/lib/scope';
import { conditions } from '@/lib/tokens';
import { Keys } from '@/ui/kbd';
import {
  type Command,
  commandsOf,
  found,
  generalActions,
  matches,
  placesAs,
  recentAs,
  useCertificates,
} from './palette-commands';
import { usePlaces } from './sidebar';

interface Group {
  label: string;
  items: Command[];
}

/** The name of the page's object, from the title that it has given itself. */
const objectOf = (title: string) => title.replace(/ · certctl$/, '');

/** Two keys may do the same: once is enough. */
const once = (command: Command, index: number, all: readonly Command[]) =>
  all.findIndex(({ title }) => title === command.title) === index;

export function Palette() {
  const open = paletteOpen.use();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [entered, setEntered] = useState(false);
  const bindings = useBindings();
  const nameOf = useNames();
  const team = currentTeam();
  const mayCreate = useMay('certificates.create');
  const typed = text.trim();
  const deferred = useDeferredValue(typed);
  // Of a pasted certificate its fingerprint is looked for, which takes a moment to know.
  const [pasted, setPasted] = useState({ text: '', wanted: '' });
  const isPem = derIn(deferred) !== null;
  const asked = !isPem ? deferred : pasted.text === deferred ? pasted.wanted : '';
  useEffect(() => {
    let wanted = isPem;
    if (isPem) void wantedOf(deferred).then((print) => wanted && setPasted({ text: deferred, wanted: print }));
    return () => {
      wanted = false;
    };
  }, [deferred, isPem]);
  const search = useQuery({
    ...q('/search', { query: { q: asked, limit: 12 } }),
    enabled: open && asked.length >= 2,
    placeholderData: keepPreviousData,
  });

  const results = asked.length >= 2 ? (search.data?.items ?? []) : [];
  const certificates = useCertificates(results.filter((it) => it.kind === 'certificate').slice(0, 6));
  const here = commandsOf(bindings, objectOf(document.title));
  const matching = (commands: readonly Command[]) => commands.filter((command) => matches(command, text));
  const places = placesAs(usePlaces());
  const groups: Group[] = [
    { label: 'Certificates', items: certificates },
    { label: 'Other', items: results.filter((it) => it.kind !== 'certificate').map(found) },
    { label: 'Recent', items: text === '' && open ? recentAs() : [] },
    { label: 'Actions', items: matching([...here, ...generalActions(mayCreate)].filter(once)) },
    { label: 'Go to', items: matching(places) },
  ].filter((group) => group.items.length > 0);

  const close = () => {
    paletteOpen.set(false);
    setText('');
    setEntered(false);
  };
  const run = (command: Command, newTab: boolean) => {
    close();
    // After the dialog has given the focus back: what runs may take it.
    if (command.run) setTimeout(command.run);
    if (command.to === undefined) return;
    if (/^\w+:|^recent:/.test(command.id)) opened({ title: command.title, to: command.to });
    if (newTab) window.open(command.to, '_blank', 'noopener');
    else void navigate({ href: command.to });
  };

  // Enter after a paste means what was pasted, also before the server has answered.
  const behind =
    typed.length >= 2 &&
    (deferred !== typed || (isPem && asked === '') || search.isPending || search.isPlaceholderData);
  const best = groups[0]?.items[0];
  const goOn = useStable(() => {
    setEntered(false);
    if (best) run(best, false);
  });
  useEffect(() => {
    if (entered && !behind) goOn();
  }, [entered, behind, goOn]);

  return (
    <Dialog.Root onOpenChange={(next) => (next ? paletteOpen.set(true) : close())} open={open}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[oklch(0_0_0/0.48)]" />
        <Dialog.Viewport className="fixed inset-0 z-50 flex items-start justify-center px-4 pt-[12vh]">
          <Dialog.Popup
            aria-label="Search or run a command"
            className="pop-shadow enter flex max-h-[min(32rem,76vh)] w-full max-w-160 flex-col overflow-hidden rounded-dialog bg-raised outline-none"
          >
            <Autocomplete.Root
              autoHighlight="always"
              inline
              itemToStringValue={(command: Command) => command.title}
              items={groups}
              keepHighlight
              mode="none"
              onValueChange={(next) => {
                setText(next);
                setEntered(false);
              }}
              open
              value={text}
            >
              <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4">
                <Search className="text-ink-3" size={16} strokeWidth={1.75} />
                <Autocomplete.Input
                  aria-label="Search or run a command"
                  className="h-full flex-1 bg-transparent text-base outline-none"
                  onKeyDownCapture={(event) => {
                    if (event.key !== 'Enter' || !behind) return;
                    event.preventDefault();
                    event.stopPropagation();
                    setEntered(true);
                  }}
                  placeholder="Name, serial, fingerprint, PEM, host:port, request id, or a command"
                />
                <Keys keys="Escape" />
              </div>
              <Autocomplete.List className="flex-1 overflow-y-auto p-2 empty:hidden">
                {(group: Group) => (
                  <Autocomplete.Group items={group.items} key={group.label}>
                    <Autocomplete.GroupLabel className="px-2 pt-2 pb-1 text-xs text-ink-3">
                      {group.label}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(command: Command) => {
                        const Icon = command.icon;
                        const { certificate } = command;
                        const condition = certificate ? conditions[certificate.condition] : undefined;
                        return (
                          <Autocomplete.Item
                            className="flex h-9 cursor-default items-center gap-2.5 rounded-control px-2 outline-none data-highlighted:bg-fill"
                            key={command.id}
                            onClick={(event) => run(command, event.ctrlKey || event.metaKey)}
                            value={command}
                          >
                            {condition ? (
                              <>
                                <StatusGlyph glyph={condition.glyph} tone={condition.tone} />
                                <span className="sr-only">{condition.label}</span>
                              </>
                            ) : (
                              <Icon className="shrink-0 text-ink-3" size={16} strokeWidth={1.75} />
                            )}
                            <span className="truncate font-medium">{command.title}</span>
                            <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{command.detail}</span>
                            {certificate?.not_after ? (
                              <Expiry at={certificate.not_after} className="shrink-0 text-xs text-ink-3" />
                            ) : null}
                            {command.keys ? <Keys keys={command.keys} /> : null}
                          </Autocomplete.Item>
                        );
                      }}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
              <Autocomplete.Empty>
                {groups.length === 0 ? (
                  <p className="px-4 py-6 text-ink-3">
                    {search.isFetching || (isPem && asked === '')
                      ? 'Searching…'
                      : isPem
                        ? 'This certificate is not managed here: no version has its fingerprint.'
                        : `Nothing is called “${text}”.`}
                  </p>
                ) : null}
              </Autocomplete.Empty>
              <div className="flex shrink-0 items-center gap-4 border-t border-line px-4 py-2 text-2xs text-ink-3">
                <span className="flex items-center gap-1.5">
                  <Keys keys="ArrowUp ArrowDown" /> move
                </span>
                <span className="flex items-center gap-1.5">
                  <Keys keys="Enter" /> open
                </span>
                <span className="flex items-center gap-1.5">
                  <Keys keys="Ctrl+Enter" /> in a new tab
                </span>
                {team ? <span className="ms-auto truncate">certificates and jobs of {nameOf(team)} only</span> : null}
              </div>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
