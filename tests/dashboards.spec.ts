import { expect, loaded, needsGrafana, panel, panels, test } from './test';

needsGrafana();

const DASHBOARDS = [
  { name: 'promises', path: '/d/promise-promises', titles: ['Now', 'All SLOs'] },
  { name: 'slo', path: '/d/promise-slo?var-slo=checkout-availability', titles: ['Budget left: past and forecast'] },
  { name: 'slo-burning', path: '/d/promise-slo?var-slo=images-availability', titles: ['Budget left', 'Runs out'] },
  { name: 'slo-calendar', path: '/d/promise-slo?var-slo=checkout-contract', titles: ['Day by day', 'What may come'] },
  { name: 'team', path: '/d/promise-team?var-team=payments', titles: ['SLOs of payments', 'Dependencies of payments'] },
  { name: 'incidents', path: '/d/promise-incidents', titles: ['Incidents', 'Misses and their reviews'] },
];

/** What a reader must see beside the menu on a small laptop, by the title of the table. */
const COLUMNS = [
  {
    path: '/d/promise-promises',
    table: 'All SLOs',
    columns: 'Fires, State, Promise, Budget left, Left, Events, Outage, Runs out, Miss, Signed, Drift, Policy',
  },
  {
    path: '/d/promise-incidents',
    table: 'Incidents',
    columns: 'Start, Duration, Kind, Promise, Budget share, Bad events, Peak burn, Team, What happened',
  },
  {
    path: '/d/promise-slo?var-slo=checkout-availability',
    table: 'Which target to promise',
    columns: 'Target, Status, Kept, Worst use of budget, Outage allowed, Pages, Mattered, Tickets, Next window kept',
  },
];

for (const theme of ['dark', 'light']) {
  for (const dashboard of DASHBOARDS) {
    test(`${dashboard.name} shows numbers and no error, ${theme}`, async ({ page }, info) => {
      const address = `${dashboard.path}${dashboard.path.includes('?') ? '&' : '?'}theme=${theme}`;
      await page.goto(address);
      await loaded(page);
      for (const title of dashboard.titles) {
        await expect(panel(page, title)).toBeVisible();
      }
      await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
      await expect(page.getByTestId('data-testid Alert error')).toHaveCount(0);
      for (const shown of await panels(page).all()) {
        const content = shown.getByTestId('data-testid panel content');
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

test.describe('on a small laptop', () => {
  test.use({ viewport: { width: 1366, height: 4200 } });

  for (const { path, table, columns } of COLUMNS) {
    test(`nothing that matters is cut off in ${table}`, async ({ page }) => {
      await page.goto(path);
      await loaded(page);
      const box = await panel(page, table).boundingBox();
      for (const name of columns.split(', ')) {
        const header = panel(page, table).getByRole('columnheader', { name, exact: true });
        await expect(header).toBeVisible();
        const place = await header.boundingBox();
        expect((place?.x ?? Infinity) + (place?.width ?? 0), name).toBeLessThanOrEqual(
          (box?.x ?? 0) + (box?.width ?? 0)
        );
      }
    });
  }
});

test('bars are as long as what is left', async ({ page }) => {
  await page.goto('/d/promise-promises');
  await loaded(page);
  const rows = await panel(page, 'All SLOs').getByRole('row').all();
  let bars = 0;
  for (const row of rows) {
    const shown = await row.evaluate((element) => {
      const cells = [...element.querySelectorAll<HTMLElement>('[role=gridcell]')];
      const [track, filled] = [...(cells[3]?.querySelectorAll<HTMLElement>('div[style*="height"]') ?? [])];
      const left = Number.parseFloat(cells[4]?.textContent ?? '') / 100;
      const whole = (track?.getBoundingClientRect().width ?? 0) + (filled?.getBoundingClientRect().width ?? 0);
      return { left, bar: (filled?.getBoundingClientRect().width ?? 0) / whole };
    });
    if (shown.left >= 0) {
      bars += 1;
      expect(Math.abs(shown.bar - shown.left)).toBeLessThan(0.04);
    }
  }
  expect(bars).toBeGreaterThan(5);
});

test('a promise leads to its own page, with the time range', async ({ page }) => {
  await page.goto('/d/promise-promises?from=now-7d&to=now');
  await loaded(page);
  await page.getByRole('link', { name: 'Images load', exact: true }).click();
  await expect(page).toHaveURL(/\/d\/promise-slo\/.*var-slo=images-availability/);
  await expect(page).toHaveURL(/from=now-7d&to=now/);
  await loaded(page);
  await expect(panel(page, 'State')).toContainText('Burning');
});

test('a team leads to its own page', async ({ page }) => {
  await page.setViewportSize({ width: 2200, height: 1600 });
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
  await panel(page, 'Incidents').getByRole('gridcell').first().getByRole('link').click();
  await expect(page).toHaveURL(/var-slo=(checkout|images)/);
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
