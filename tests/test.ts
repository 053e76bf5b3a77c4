import { test as base, expect } from '@grafana/plugin-e2e';
import type { Locator, Page } from '@playwright/test';

/** What Grafana itself looks for elsewhere, in vain where there is no internet. */
const OWN = /https:\/\/(\w+\.)*(grafana\.(com|net)|gravatar\.com)\//;

/** A test that needs a Grafana; it fails if the page says an error on its console that is not expected. */
export const test = base.extend<{ expected: RegExp; quiet: undefined }>({
  expected: [/(?!)/, { option: true }],
  quiet: [
    async ({ page, expected }, use) => {
      const said: string[] = [];
      page.on('console', (message) => {
        const text = `${message.text()} ${message.location().url}`;
        if (message.type() === 'error' && !expected.test(text) && !OWN.test(text)) {
          said.push(text);
        }
      });
      page.on('pageerror', (error) => said.push(String(error)));
      await use(undefined);
      expect(said, 'errors on the console').toEqual([]);
    },
    { auto: true },
  ],
});

/** Skips all tests of a file where no Grafana is named. */
export function needsGrafana() {
  test.skip(process.env.GRAFANA_URL === undefined, 'GRAFANA_URL names no Grafana with the plugin and its provisioning');
}

export { expect };

/** The uid of the provisioned data source. */
export const SOURCE = 'promise';

/** The panels of the dashboard that is open. */
export function panels(page: Page): Locator {
  return page.locator('[data-viz-panel-key]');
}

/** The panel with a title. */
export function panel(page: Page, title: string): Locator {
  return page.getByTestId(`data-testid Panel header ${title}`).first();
}

/** Waits until every panel of the dashboard that is open has loaded. */
export async function loaded(page: Page): Promise<void> {
  await expect(panels(page).first()).toBeVisible();
  await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
  await page.waitForLoadState('networkidle');
  await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
}
