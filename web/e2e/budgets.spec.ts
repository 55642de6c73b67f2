// How soon the main pages show what matters and that nothing jumps meanwhile, for a slow reader: a processor four times slower,
// 10 Mbit/s, 40 ms away, nothing cached. Not for: sizes (scripts/budgets.mjs). Invariant: the median of three visits counts, of
// five when that is over the budget, so that one hiccup of this machine says nothing; on a machine that is busy with other things
// times say nothing at all: they are printed, and only what moves is held against the budget. Chromium's throttled network
// sometimes stops for good with everything received (taken off, the same page is there at once): such a visit is made again.
import { availableParallelism, loadavg } from 'node:os';
import { type Browser, type BrowserContext, errors } from '@playwright/test';
import { expect, test } from './fixtures';

/** The target of the design, and what fails until it is met everywhere: docs/benchmarks.md says where it is not. */
const LCP_MS = 2000;
const HELD_MS = 3500;
const CLS = 0.01;
/** After so long without a whole page the throttle has stopped; the slowest page takes a third of it. */
const STOPPED_MS = 15_000;
const MAX_STOPPED = 8;

interface Visit {
  lcp: number;
  cls: number;
  /** What was painted largest, and what moved. */
  what: string;
  moved: string[];
}

/** Runs in the page, before everything else. */
function watch() {
  const seen = { lcp: 0, cls: 0, what: '', moved: [] as string[], last: 0 };
  (window as unknown as { seen: typeof seen }).seen = seen;
  const name = (node: Node | null | undefined) =>
    node instanceof Element ? `<${node.tagName.toLowerCase()} class="${node.className}">` : (node?.textContent ?? '');
  const each = (type: string, take: (entry: PerformanceEntry) => void) => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) take(entry);
      seen.last = performance.now();
    }).observe({ type, buffered: true });
  };
  each('largest-contentful-paint', (entry) => {
    seen.lcp = entry.startTime;
    seen.what = name((entry as PerformanceEntry & { element?: Element }).element);
  });
  each('layout-shift', (entry) => {
    const shift = entry as PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
      sources: { node?: Node | null }[];
    };
    if (shift.hadRecentInput) return;
    seen.cls += shift.value;
    // Letters that change their width by a hair are not worth a line.
    if (shift.value < 0.001) return;
    seen.moved.push(...shift.sources.map((source) => `${shift.value.toFixed(4)} ${name(source.node)}`));
  });
  each('resource', () => undefined);
}

async function visit(
  browser: Browser,
  baseURL: string,
  path: string,
  cookies: Awaited<ReturnType<BrowserContext['cookies']>>,
): Promise<Visit | 'stopped'> {
  const context = await browser.newContext({
    baseURL,
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
  });
  try {
    if (path !== '/sign-in') await context.addCookies(cookies);
    const page = await context.newPage();
    await page.addInitScript(watch);
    const browserSide = await context.newCDPSession(page);
    await browserSide.send('Network.enable');
    await browserSide.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 40,
      downloadThroughput: 10_000_000 / 8,
      uploadThroughput: 10_000_000 / 8,
    });
    await browserSide.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    try {
      await page.goto(path, { timeout: STOPPED_MS });
    } catch (error) {
      if (error instanceof errors.TimeoutError) return 'stopped';
      throw error;
    }
    await expect(page.locator('main')).toBeVisible();
    await expect(page.locator('main [aria-busy=true]')).toHaveCount(0);
    // Nothing more was painted, moved or loaded for a while.
    await page.waitForFunction(() => {
      const { last } = (window as unknown as { seen: { last: number } }).seen;
      return last > 0 && performance.now() - last > 700;
    });
    return await page.evaluate(() => (window as unknown as { seen: Visit }).seen);
  } finally {
    await context.close();
  }
}

/** More than this test and its server want to run. */
const busy = () => (loadavg()[0] ?? 0) > 2 * availableParallelism();

const middle = (values: number[]) => [...values].sort((a, b) => a - b)[(values.length - 1) / 2] ?? Number.NaN;

test.use({ trace: 'off' });

for (const path of ['/', '/certificates', '/certificates/mc-shop', '/jobs', '/policies/rp-default', '/sign-in']) {
  test(`${path} is painted soon and does not jump`, async ({ browser, url, session }) => {
    test.setTimeout(240_000);
    const visits: Visit[] = [];
    const lcp = () => middle(visits.map((one) => one.lcp));
    const cls = () => middle(visits.map((one) => one.cls));
    let stopped = 0;
    const visited = async (n: number) => {
      while (visits.length < n) {
        const one = await visit(browser, url, path, session);
        if (one !== 'stopped') visits.push(one);
        else expect(++stopped, 'visits that the throttle stopped').toBeLessThan(MAX_STOPPED);
      }
    };
    await visited(3);
    if (lcp() > LCP_MS || cls() > CLS) await visited(5);
    const said = visits.map(
      (one) => `${Math.round(one.lcp)} ms ${one.what}, ${one.cls.toFixed(4)} ${one.moved.join(', ')}`,
    );
    test.info().annotations.push({ type: 'measured', description: said.join('\n') });
    // oxlint-disable-next-line no-console
    console.log(
      `${path}: LCP ${Math.round(lcp())} ms (target ${LCP_MS}), CLS ${cls().toFixed(4)}${stopped > 0 ? `; ${stopped} visits stopped` : ''}`,
    );
    expect(lcp(), said.join('\n')).toBeGreaterThan(0);
    // oxlint-disable-next-line no-console
    if (busy() && lcp() >= HELD_MS) console.log(`${path}: the machine is busy, so that this is no measurement`);
    else expect(lcp(), said.join('\n')).toBeLessThan(HELD_MS);
    expect(cls(), said.join('\n')).toBeLessThan(CLS);
  });
}
