// The filters of the list: search, four that are always there, and any other from More. The address holds them all.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { useState } from 'react';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import { FilterMenu } from '@/components/filters/filter-menu';
import { type Preset, RangeFilter } from '@/components/filters/range-filter';
import { SearchBox } from '@/components/filters/search-box';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { amongFilters, toFilters } from '@/lib/filter-keys';
import { useKeys } from '@/lib/keyboard';
import { conditionOrder, conditions } from '@/lib/tokens';
import { number } from '@/lib/words';
import { Button } from '@/ui/button';
import { Menu, MenuCheck, MenuItem } from '@/ui/menu';
import { valueWords } from './filter-words';
import type { ListSearch } from './search';

const pinned = ['status', 'environment', 'issuer', 'owner'];
const others = ['team', 'live', 'profile', 'policy', 'key', 'tag'];
const ranges = ['expires', 'renews', 'life', 'lifetime', 'created', 'updated'];

const ahead: Preset[] = [
  { text: '..0s', label: 'Already past' },
  { text: '0s..24h', label: 'In the next 24 hours' },
  { text: '0s..7d', label: 'In the next 7 days' },
  { text: '0s..30d', label: 'In the next 30 days' },
  { text: '0s..90d', label: 'In the next 90 days' },
];
const past: Preset[] = [
  { text: '-24h..', label: 'In the last 24 hours' },
  { text: '-7d..', label: 'In the last 7 days' },
  { text: '-30d..', label: 'In the last 30 days' },
];
const presets: Record<string, { presets: Preset[]; hint: string }> = {
  expires: { presets: ahead, hint: 'Such as 7d, -24h, or 2027-01-01T00:00:00Z.' },
  renews: { presets: ahead, hint: 'Such as 7d, -24h, or 2027-01-01T00:00:00Z.' },
  created: { presets: past, hint: 'Such as -7d, or 2026-11-01T00:00:00Z.' },
  updated: { presets: past, hint: 'Such as -7d, or 2026-11-01T00:00:00Z.' },
  life: {
    presets: [
      { text: '..10%', label: 'At most a tenth is left' },
      { text: '..33%', label: 'At most a third is left' },
    ],
    hint: 'Shares of the lifetime that is left, such as 20%.',
  },
  lifetime: {
    presets: [
      { text: '..24h', label: 'At most a day' },
      { text: '..10d', label: 'At most 10 days' },
      { text: '..47d', label: 'At most 47 days' },
      { text: '100d..', label: 'At least 100 days' },
    ],
    hint: 'How long they are valid in all, such as 90d or 12h.',
  },
};
function Facet({ field, list, defaultOpen }: { field: string; list: ListSearch; defaultOpen: boolean }) {
  const nameOf = useNames();
  const api = certificateGrammar.fields[field]?.api ?? field;
  // Asked for without this filter, so that other values keep their counts.
  const { sort: _, [api]: __, ...query } = list.query;
  const facets = useQuery({
    ...q('/certificates/facets', { query: query as never }),
    placeholderData: keepPreviousData,
  }).data;
  const facet = facets?.facets.find((it) => it.facet === api);
  const labelOf = (value: string | null) => valueWords(field, value, nameOf);
  const options = facet?.values.map(({ value, count }) => ({
    value: value ?? null,
    label: labelOf(value ?? null),
    count,
  }));
  const counts = new Map(options?.map((option) => [option.value, option.count]));
  const shown =
    field === 'status' && options
      ? conditionOrder
          .filter((token) => token !== 'archived')
          .map((token) => ({ value: token, label: conditions[token].label, count: counts.get(token) ?? 0 }))
      : options;
  return (
    <FilterMenu
      defaultOpen={defaultOpen}
      label={certificateGrammar.fields[field]?.label ?? field}
      labelOf={labelOf}
      more={
        facet && facet.other_values > 0
          ? `${number(facet.other_values)} more values, on ${number(facet.other_count)} certificates`
          : undefined
      }
      onChange={(text) => list.setFilter(field, text)}
      options={shown}
      text={list.search[field]}
    />
  );
}

export function FilterRow({ list }: { list: ListSearch }) {
  const [added, setAdded] = useState<readonly string[]>([]);
  const [opening, setOpening] = useState<string>();
  const on = (field: string) => list.search[field] !== undefined;
  const facets = [...pinned, ...[...others, 'agent', 'target'].filter((field) => on(field) || added.includes(field))];
  const spans = ranges.filter((field) => on(field) || added.includes(field));
  const add = (field: string) => {
    setAdded([...added, field]);
    setOpening(field);
  };
  useKeys([{ keys: 'F', label: 'To the filters', group: 'This list', run: toFilters }]);
  return (
    <div
      className="flex min-h-13.25 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-5 py-2.5"
      data-print="no"
    >
      <SearchBox
        onChange={(text) => list.setFilter('q', text || undefined, true)}
        placeholder="Name, SAN, serial, fingerprint"
        value={list.search.q ?? ''}
      />
      {facets.map((field) => (
        <Facet defaultOpen={field === opening} field={field} key={field} list={list} />
      ))}
      {spans.map((field) => (
        <RangeFilter
          defaultOpen={field === opening}
          hint={presets[field]?.hint ?? ''}
          key={field}
          label={certificateGrammar.fields[field]?.label ?? field}
          onChange={(text) => list.setFilter(field, text)}
          presets={presets[field]?.presets ?? []}
          text={list.search[field]}
        />
      ))}
      <Menu
        trigger={
          <Button data-filter="More" icon={<ListFilter size={14} />} onKeyDown={amongFilters} variant="ghost">
            More
          </Button>
        }
      >
        {[...others, ...ranges]
          .filter((field) => !facets.includes(field) && !spans.includes(field))
          .map((field) => (
            <MenuItem key={field} onSelect={() => add(field)}>
              {certificateGrammar.fields[field]?.label}
            </MenuItem>
          ))}
        <MenuCheck
          checked={on('archived')}
          onChange={(checked) => list.setFilter('archived', checked ? 'true' : undefined)}
        >
          Archived
        </MenuCheck>
      </Menu>
      {/* What began from a view goes back to that, beside its tab. */}
      {list.filtered && list.search.view === undefined ? (
        <Button onClick={list.reset} variant="ghost">
          Reset
        </Button>
      ) : null}
    </div>
  );
}
