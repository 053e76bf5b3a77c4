import { selectors } from '../src/selectors';
import { expect, needsGrafana, SOURCE, test } from './test';

needsGrafana();

const TYPE = 'promise-slo-datasource';

// Without line breaks, after which the editor would indent.
const DEFINITION =
  '{apiVersion: openslo/v1, kind: SLO, metadata: {name: e2e}, spec: {service: checkout, indicator: {metadata: {name: e2e}, spec: {ratioMetric: {counter: true, ' +
  'bad: {metricSource: {type: Prometheus, spec: {query: \'http_requests_total{job="checkout",code=~"5.."}\'}}}, ' +
  'total: {metricSource: {type: Prometheus, spec: {query: \'http_requests_total{job="checkout"}\'}}}}}}, ' +
  'timeWindow: [{duration: 28d, isRolling: true}], budgetingMethod: Occurrences, objectives: [{target: TARGET}]}}';

test.describe('the data source', () => {
  // Grafana looks for plugins to install, in vain where there is no internet, and shows what a test of a server says.
  test.use({ expected: /50\d|400 \(|catalog|health/i });

  test('is set up with definitions that are checked as they are written', async ({
    createDataSourceConfigPage,
    page,
    request,
  }) => {
    const provisioned = (await (await request.get(`/api/datasources/uid/${SOURCE}`)).json()) as { url: string };
    const config = await createDataSourceConfigPage({ type: TYPE });
    await page.locator('#connection-url').fill(provisioned.url);
    const yaml = page.locator('.monaco-editor').first();
    await yaml.click();
    await page.keyboard.insertText(DEFINITION.replace('TARGET', '1'));
    await expect(page.getByTestId(selectors.config.problem)).toContainText('leaves no budget');
    await yaml.click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(DEFINITION.replace('TARGET', '0.999'));
    await expect(page.getByTestId(selectors.config.problem)).toHaveCount(0);
    await expect(config.saveAndTest()).toBeOK();
    await expect(config).toHaveAlert('success', { hasText: 'The server works' });
  });

  test('says what is wrong with the server', async ({ createDataSourceConfigPage, page }) => {
    const config = await createDataSourceConfigPage({ type: TYPE });
    await page.locator('#connection-url').fill('http://127.0.0.1:1');
    await expect(config.saveAndTest()).not.toBeOK();
    await expect(config).toHaveAlert('error', { hasText: /127\.0\.0\.1:1/ });
  });
});

test.describe('a query', () => {
  test('is asked in Explore, with the PromQL behind it', async ({ explorePage, page }) => {
    await explorePage.datasource.set('Promise');
    const editor = page.getByTestId(selectors.query.editor);
    await expect(editor.getByTestId(selectors.query.explanation)).toContainText('A row per SLO');
    await editor.getByText('PromQL', { exact: false }).first().click();
    await expect(editor.getByTestId(selectors.query.promql).first()).toContainText('http_requests_total');
    await expect(page.getByText('Checkout answers').first()).toBeVisible();
  });

  test('is answered in a panel, whatever its type', async ({ panelEditPage, page }) => {
    await panelEditPage.datasource.set('Promise');
    for (const type of ['SLI', 'Error budget', 'Closed windows', 'Burn-rate alert']) {
      await page.getByRole('combobox', { name: 'Query type' }).click();
      await page.getByRole('option', { name: new RegExp(`^${type}`) }).click();
      await expect(panelEditPage.refreshPanel()).toBeOK();
      await expect(panelEditPage.panel.getErrorIcon()).toHaveCount(0);
    }
  });
});

test('a variable lists SLOs', async ({ variableEditPage, page }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set('Promise');
  await expect(page.getByTestId(selectors.variable.editor)).toBeVisible();
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews(['checkout-availability', 'search-latency']);
});

test('incidents are drawn as annotations', async ({ annotationEditPage, page }) => {
  await annotationEditPage.datasource.set('Promise');
  await expect(page.getByTestId(selectors.annotation.editor)).toBeVisible();
  await expect(annotationEditPage.runQuery()).toBeOK();
});

test('every provisioned alert rule is evaluated', async ({ request }) => {
  interface Group {
    rules: Array<{ name: string; health: string; lastError?: string }>;
  }
  await expect(async () => {
    const answer = await request.get('/api/prometheus/grafana/api/v1/rules');
    const { data } = (await answer.json()) as { data: { groups: Group[] } };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThanOrEqual(6);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  }).toPass({ timeout: 100_000 });
});
