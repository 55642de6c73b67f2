// The dashboard in Debian's Chromium against the real binary with the demo's fleet: two workers, each with a server of its own.
// What measures time runs after all else, and alone.
import { defineConfig } from '@playwright/test';
import { args, executablePath } from './scripts/browser.mjs';

const measured = /(budgets|grid)\.spec/;

export default defineConfig({
  testDir: 'e2e',
  workers: 2,
  // As the tests of the Rust part in CI: what passes at the second try is named as flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  timeout: 90_000,
  // A slow machine is no fault; what is there at once costs nothing.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  globalSetup: './e2e/demo.ts',
  projects: [
    { name: 'pages', testIgnore: measured },
    { name: 'budgets', testMatch: measured, dependencies: ['pages'], workers: 1 },
  ],
  use: {
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    launchOptions: { executablePath, args },
  },
});
