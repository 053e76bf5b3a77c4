import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { existsSync } from 'node:fs';
import path from 'node:path';

const GRAFANA = process.env.GRAFANA_URL;
const auth = path.join(path.dirname(require.resolve('@grafana/plugin-e2e')), 'auth');
const admin = 'playwright/.auth/admin.json';

// The system's browser goes first, if there is one: Debian's Chromium has this path. Playwright's own is used otherwise.
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const executablePath = existsSync(chromium) ? chromium : undefined;
// Chromium asks nobody but the Grafana.
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'].concat([
  '--disable-background-networking',
  '--disable-component-update',
]);

/** End-to-end tests against the Grafana of GRAFANA_URL, as its administrator and as a viewer who has not signed in. */
export default defineConfig<PluginOptions>({
  testDir: 'tests',
  outputDir: 'playwright/results',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  workers: 1,
  forbidOnly: true,
  // GitHub shows the report beside the pull request.
  reporter: process.env.GITHUB_ACTIONS ? [['line'], ['html', { open: 'never' }]] : process.env.CI ? 'line' : 'list',
  use: {
    baseURL: GRAFANA ?? 'http://localhost:3000',
    ...devices['Desktop Chrome'],
    viewport: { width: 1600, height: 2600 },
    launchOptions: { executablePath, args: quiet },
    screenshot: 'only-on-failure',
  },
  projects: [
    // Nobody signs in where there is no Grafana: all tests are skipped then.
    ...(GRAFANA ? [{ name: 'sign in', testDir: auth, testMatch: [/.*\.js/] }] : []),
    {
      name: 'administrator',
      testIgnore: /viewer/,
      use: { storageState: GRAFANA ? admin : undefined },
      dependencies: GRAFANA ? ['sign in'] : [],
    },
    { name: 'viewer', testMatch: /(viewer|dashboards)\.spec\.ts/ },
  ],
});
