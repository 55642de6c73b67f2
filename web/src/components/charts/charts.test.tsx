import { render, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { ChartTable } from './chart-table';
import { DayStrip } from './day-strip';
import { StackedBars, seriesFill } from './stacked-bars';
import { UpDownBars } from './up-down-bars';

const heights = (label: string, of: string) =>
  [...screen.getByRole('img', { name: label }).querySelectorAll<HTMLElement>(of)].map((bar) => bar.style.height);

it('failures have a scale of their own: three of seven hundred are seen', () => {
  render(
    <UpDownBars
      days={[
        { date: '2026-11-23', up: 700, down: 0 },
        { date: '2026-11-24', up: 350, down: 3 },
      ]}
      label="renewals"
    />,
  );
  expect(heights('renewals', '.bg-ok-fill')).toEqual(['100%', '50%']);
  expect(heights('renewals', '.hatched-crit')).toEqual(['0px', '75%']);
  expect(screen.getByText(/^3 failed on .*24 Nov/)).toBeInTheDocument();
});

it('a stack begins at zero, and each series keeps its colour and says its total', () => {
  render(
    <StackedBars
      label="issuance"
      series={[
        { name: 'Vault', fill: 1, total: 30, values: [10, 20] },
        { name: 'Other (3)', fill: 4, total: 10, values: [10, 0] },
      ]}
      ticks={['2 Nov', 'this week']}
    />,
  );
  expect(heights('issuance', ':scope > div')).toEqual(['100%', '100%']);
  const other = screen.getByText('Other (3)').closest('li') as HTMLElement;
  expect(within(other).getByText('10')).toBeInTheDocument();
  expect(other.querySelector(`.${seriesFill[4]}`)).not.toBeNull();
});

it('a day that was not recorded is not shown as none', () => {
  render(
    <DayStrip
      days={[
        { date: '2026-11-23', count: null },
        { date: '2026-11-24', count: 2 },
      ]}
      label="past"
      noun="began"
    />,
  );
  expect(screen.getByTitle(/23 November 2026: not recorded$/)).toHaveClass('hatched');
  expect(screen.getByTitle(/24 November 2026: 2 began$/)).not.toHaveClass('hatched');
});

it('the table of a chart has a head for each column', () => {
  render(<ChartTable heads={['Day', 'Done']} rows={[{ key: 'a', cells: ['24 Nov', '700'] }]} />);
  expect(screen.getByRole('row', { name: '24 Nov 700' })).toBeInTheDocument();
  expect(screen.getAllByRole('columnheader').map((head) => head.textContent)).toEqual(['Day', 'Done']);
});
