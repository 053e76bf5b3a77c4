import { expect, loaded, needsGrafana, panel, test } from './test';

needsGrafana();

// The viewer has not signed in: what these tests see is open to anybody who can reach Grafana.

test('the first page is that of the promises', async ({ page }) => {
  await page.goto('/');
  await loaded(page);
  await expect(panel(page, 'Now')).toBeVisible();
});

test('a viewer changes nothing', async ({ page, request }) => {
  await page.goto('/d/promise-promises');
  await loaded(page);
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toHaveCount(0);
  const written = await request.post('/api/dashboards/db', {
    data: { dashboard: { title: 'of a viewer' }, overwrite: true },
  });
  expect(written.status()).toBe(403);
});

test('a viewer sees the folders of all teams', async ({ request }) => {
  const found = (await (await request.get('/api/search?type=dash-db&tag=promise')).json()) as Array<{ uid: string }>;
  const uids = found.map(({ uid }) => uid);
  for (const uid of ['promise-promises', 'promise-slo', 'promise-team', 'promise-incidents', 'promise-team-payments']) {
    expect(uids).toContain(uid);
  }
});
