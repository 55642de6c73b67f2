import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Flash } from './flash';

it('flashes when its value changes, not at first and not when it is drawn again', () => {
  const { rerender } = render(<Flash of="4">4</Flash>);
  rerender(<Flash of="4">4</Flash>);
  expect(screen.getByText('4')).not.toHaveClass('flash');
  rerender(<Flash of="5">5</Flash>);
  expect(screen.getByText('5')).toHaveClass('flash');
});
