import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Announced } from './news';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('says what is new, at most every half minute', () => {
  const { container, rerender } = render(<Announced open={undefined} />);
  const count = (open: number, seconds: number) => {
    rerender(<Announced open={open} />);
    act(() => vi.advanceTimersByTime(seconds * 1000));
    return container.textContent;
  };
  expect(count(4, 60)).toBe('');
  expect(count(5, 1)).toBe('A new alert is open');
  // Of many that come one after the other only their number is said, when its time has come.
  expect(count(6, 10)).toBe('A new alert is open');
  expect(count(8, 10)).toBe('A new alert is open');
  expect(count(8, 15)).toMatch(/^3\snew alerts are open$/);
  expect(count(2, 60)).toMatch(/^3\snew alerts are open$/);
});
