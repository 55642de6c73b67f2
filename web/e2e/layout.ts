// What is wrong with the layout of a page, found in the page itself: text that is cut, that lies outside or on other text, and
// scrolling sideways. Also the words of a longer language and the spacing that a reader may set. Not for: looks.
// Invariants: an ellipsis is no cut, nor is what scrolls in a grid; text that nobody sees is not looked at.
import type { Page } from '@playwright/test';

/** Runs in the page: what is wrong there, each as a line that names the text. */
function faults(): string[] {
  const found = new Set<string>();
  const width = document.documentElement.clientWidth;
  const name = (element: Element, text = element.textContent ?? '') =>
    `“${text.replaceAll(/\s+/g, ' ').trim().slice(0, 60)}” in <${element.tagName.toLowerCase()} class="${element.getAttribute('class')?.slice(0, 80) ?? ''}">`;
  /** What may scroll sideways: tables of data, code, a row of tabs or of what can be done with a selection. */
  const mayScroll = (element: Element) =>
    element.matches('[role=grid], pre, nav, [role=toolbar], textarea, input') ||
    element.querySelector(':scope > table') !== null;

  const main = document.querySelector('main');
  for (const element of [document.documentElement, document.body, main])
    if (element && element.scrollWidth > element.clientWidth + 1)
      found.add(`scrolls sideways: <${element.tagName.toLowerCase()}> ${element.scrollWidth} > ${element.clientWidth}`);

  interface Part {
    text: string;
    element: Element;
    rect: DOMRect;
    layer: Element;
  }
  const parts: Part[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.nodeValue?.trim() ?? '';
    const element = node.parentElement;
    if (text === '' || element === null || element.closest('script, style, svg, option, [hidden], [inert]')) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    range.selectNodeContents(node);
    let clipped = false;
    let layer: Element = document.body;
    let box = { left: 0, top: 0, right: width, bottom: innerHeight };
    let isCut: string | undefined;
    let sideways = false;
    const whole = range.getBoundingClientRect();
    let ellipsis = false;
    let scrolled = false;
    let passed = false;
    for (let up: Element | null = element; up !== null && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      // For readers of the screen alone.
      if (style.clipPath === 'inset(50%)' || (up.clientWidth <= 1 && style.position === 'absolute')) clipped = true;
      if (!passed && (style.position === 'fixed' || style.position === 'sticky' || style.zIndex !== 'auto')) {
        layer = up;
        passed = true;
      }
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') ellipsis = true;
      const isScrolled = /auto|scroll/.test(style.overflowX + style.overflowY);
      if (style.overflowX !== 'visible') {
        const own = up.getBoundingClientRect();
        const [left, right] = [own.left + up.clientLeft, own.left + up.clientLeft + up.clientWidth];
        if (/auto|scroll/.test(style.overflowX) && up.scrollWidth > up.clientWidth + 1) {
          if (mayScroll(up)) sideways = true;
          else found.add(`scrolls sideways: ${name(up)}`);
        }
        const isOut = whole.right > right + 1.5 || whole.left < left - 1.5;
        if (!isScrolled && !ellipsis && !sideways && isOut && up.clientWidth > 1)
          isCut = `is cut at the side: ${name(up, text)}`;
        box = { ...box, left: Math.max(box.left, left), right: Math.min(box.right, right) };
      }
      if (style.overflowY !== 'visible') {
        const own = up.getBoundingClientRect();
        const [top, bottom] = [own.top + up.clientTop, own.top + up.clientTop + up.clientHeight];
        // What is scrolled out of sight is not cut by what is around it.
        if (isScrolled && up.scrollHeight > up.clientHeight + 1) scrolled = true;
        if (
          !scrolled &&
          !isScrolled &&
          !ellipsis &&
          up.clientHeight > 1 &&
          (whole.bottom > bottom + 3 || whole.top < top - 3)
        )
          isCut = `is cut in its height: ${name(up, text)}`;
        box = { ...box, top: Math.max(box.top, top), bottom: Math.min(box.bottom, bottom) };
      }
      // What it is cut by is of the box that positions it.
      if (style.position === 'fixed') break;
    }
    if (clipped) continue;
    if (isCut !== undefined) found.add(isCut);
    if (!sideways && !ellipsis && (whole.right > width + 1.5 || whole.left < -1.5))
      found.add(`lies outside: ${name(element, text)}`);
    for (const rect of range.getClientRects()) {
      const left = Math.max(rect.left, box.left);
      const top = Math.max(rect.top, box.top);
      const seen = new DOMRect(
        left,
        top,
        Math.max(0, Math.min(rect.right, box.right) - left),
        Math.max(0, Math.min(rect.bottom, box.bottom) - top),
      );
      if (seen.width > 1 && seen.height > 1) parts.push({ text, element, rect: seen, layer });
    }
  }
  for (const [index, one] of parts.entries())
    for (const other of parts.slice(index + 1)) {
      if (one.element === other.element || one.layer !== other.layer) continue;
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      // Lines may touch: the boxes of letters are higher than the letters.
      if (across > 2 && down > 5) found.add(`“${one.text.slice(0, 40)}” lies on ${name(other.element, other.text)}`);
    }
  return [...found];
}

export const faultsOn = (page: Page): Promise<string[]> => page.evaluate(faults);

/** From now on all words are two fifths longer, between brackets, as in a language that needs more room. */
export const lengthen = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const longer = (text: string) => {
      const trimmed = text.trim();
      if (!/\p{L}{2}/u.test(trimmed) || trimmed.startsWith('[')) return text;
      const more = 'ëxtrá wördš '
        .repeat(20)
        .slice(0, Math.ceil(trimmed.length * 0.4))
        .trimEnd();
      return text.replace(trimmed, () => `[${trimmed} ${more}]`);
    };
    // Data is as long as it is: names of hosts, times, code, what was typed.
    const isData = (element: Element | null) =>
      element === null || element.closest('script, style, code, pre, kbd, time, input, textarea, svg') !== null;
    const change = (node: Node) => {
      if (node instanceof Text) {
        const text = node.data;
        // A name of a host or a path, an id, a fingerprint; a date.
        if (isData(node.parentElement) || /^\S*[./:@-]\S*$|^(?:\p{L}{3},? )?\d{1,2} \p{L}{3,}/u.test(text.trim()))
          return;
        if (longer(text) !== text) node.data = longer(text);
      } else if (node instanceof Element) {
        const hint = node.getAttribute('placeholder');
        if (hint !== null && longer(hint) !== hint) node.setAttribute('placeholder', longer(hint));
        for (const child of node.childNodes) change(child);
      }
    };
    change(document.body);
    new MutationObserver((records) => {
      for (const { target, addedNodes } of records) {
        change(target);
        for (const node of addedNodes) change(node);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

/** The spacing of text that WCAG 2.2, 1.4.12 lets a reader set. */
export const space = (page: Page, isOn: boolean): Promise<void> =>
  page.evaluate((on) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      on
        ? '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'
        : '',
    );
    document.adoptedStyleSheets = [sheet];
  }, isOn);
