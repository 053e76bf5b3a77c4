import { expect, loaded, needsGrafana, panels, test } from './test';

needsGrafana();

const DASHBOARDS = [
  { name: 'promises', path: '/d/promise-promises', panels: 3 },
  { name: 'slo', path: '/d/promise-slo?var-slo=checkout-availability', panels: 13 },
  { name: 'slo-without-incidents', path: '/d/promise-slo?var-slo=images-availability', panels: 13 },
  { name: 'slo-calendar', path: '/d/promise-slo?var-slo=checkout-contract', panels: 13 },
  { name: 'team', path: '/d/promise-team?var-team=payments', panels: 3 },
  { name: 'incidents', path: '/d/promise-incidents', panels: 4 },
];

for (const theme of ['dark', 'light']) {
  for (const dashboard of DASHBOARDS) {
    test(`${dashboard.name} shows numbers and no error, ${theme}`, async ({ page }, info) => {
      const address = `${dashboard.path}${dashboard.path.includes('?') ? '&' : '?'}theme=${theme}`;
      await page.goto(address);
      await loaded(page);
      await expect(panels(page)).toHaveCount(dashboard.panels);
      await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
      await expect(page.getByTestId('data-testid Alert error')).toHaveCount(0);
      for (const panel of await panels(page).all()) {
        const content = panel.getByTestId('data-testid panel content');
        // A chart is a canvas; anything else has words.
        if ((await content.locator('canvas').count()) === 0) {
          await expect(content).toHaveText(/\w/);
          await expect(content).not.toHaveText('No data');
          // Nor are there headers above nothing.
          if ((await content.getByRole('grid').count()) > 0) {
            await expect(content.getByRole('gridcell').first()).toBeVisible();
          }
        }
      }
      const image = info.outputPath(`${dashboard.name}-${theme}.png`);
      await page.screenshot({ path: image });
      await info.attach(`${dashboard.name}-${theme}`, { path: image, contentType: 'image/png' });
    });
  }
}

test('a promise leads to its own page, with the time range', async ({ page }) => {
  await page.goto('/d/promise-promises?from=now-7d&to=now');
  await loaded(page);
  await page.getByRole('link', { name: 'Images load', exact: true }).click();
  await expect(page).toHaveURL(/\/d\/promise-slo\/.*var-slo=images-availability/);
  await expect(page).toHaveURL(/from=now-7d&to=now/);
  await loaded(page);
  await expect(page.getByRole('gridcell', { name: 'Burning' })).toBeVisible();
});

test('a team leads to its own page', async ({ page }) => {
  await page.goto('/d/promise-promises');
  await loaded(page);
  await page.getByRole('link', { name: 'catalog', exact: true }).first().click();
  await expect(page).toHaveURL(/\/d\/promise-team\/.*var-team=catalog/);
  await loaded(page);
  await expect(page.getByText('SLOs of catalog')).toBeVisible();
});

test('an incident leads to the SLO at that time', async ({ page }) => {
  await page.goto('/d/promise-incidents');
  await loaded(page);
  await panels(page).nth(1).getByRole('gridcell').first().getByRole('link').click();
  await expect(page).toHaveURL(/var-slo=checkout-availability/);
  await expect(page).toHaveURL(/from=(20\d\d-\d\d-\d\dT|\d{13})/);
});

test.describe('what is not there', () => {
  test.use({ expected: /400 \(Bad Request\)/ });

  test('an SLO that does not exist is told by the panels', async ({ page }) => {
    await page.goto('/d/promise-slo?var-slo=no-such-slo');
    await loaded(page);
    await expect(page.getByTestId('data-testid Panel status error').first()).toBeVisible();
  });
});
