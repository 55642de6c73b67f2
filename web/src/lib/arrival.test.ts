import { beforeEach, describe, expect, it } from 'vitest';
import { takesFocus } from './arrival';

describe('a change of page', () => {
  beforeEach(() => {
    document.body.innerHTML = `
      <nav><a href="/targets" id="link">Targets</a></nav>
      <main><input id="field" /></main>
      <div data-open="" role="listbox"><div id="option" tabindex="0"></div></div>
      <div data-closed="" role="dialog"><input id="closing" /></div>`;
  });
  const from = (id: string) => takesFocus(document.querySelector('main'), document.getElementById(id));

  it('moves the focus from the link that led here, and from what closes', () => {
    expect(from('link')).toBe(true);
    expect(from('closing')).toBe(true);
    expect(takesFocus(document.querySelector('main'), document.body)).toBe(true);
  });

  it('leaves it where somebody works already: in a field of the page, in a list that is open over it', () => {
    expect(from('field')).toBe(false);
    expect(from('option')).toBe(false);
  });
});
