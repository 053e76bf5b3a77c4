import { config as grafana, type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { selectors } from '../../selectors';
import { choose, showEditor } from '../../testing/editor';
import { backend, listedSLO, type Resources } from '../../testing/source';
import type { PromiseQuery } from '../../types';
import { QueryEditor } from './QueryEditor';

const slos = [
  listedSLO('checkout-availability', { title: 'Checkout answers', groupBy: ['region'] }),
  listedSLO('search-latency', { team: 'catalog', objectives: [{ name: 'quick', title: 'Quick', target: 0.99 }] }),
];

const counting = { slo: 'checkout-availability', objective: 'main', window: '30d', groupBy: ['region'] };

async function show(query: Partial<PromiseQuery>, resources: Resources = {}) {
  const { source, requests } = backend(
    {
      slos,
      labels: ['service', 'slo', 'team'],
      'labels/team/values': ['catalog', 'payments'],
      eventlabels: ['code', 'route'],
      preview: [{ ...counting, bad: 'sum(increase(bad[30d]))', total: 'sum(increase(total[30d]))' }],
      ...resources,
    },
    { slo: ['a', 'b'] }
  );
  return { seen: await showEditor(QueryEditor, source, { refId: 'A', ...query }), requests };
}

describe('the type of a query', () => {
  it('is chosen from a list and explained', async () => {
    const { seen } = await show({ queryType: 'status' });
    expect(screen.getByTestId(selectors.query.explanation)).toHaveTextContent('A row per SLO');
    await choose('Query type', 'burn rate');
    expect(seen.query.queryType).toBe('burnRate');
    expect(seen.runs).toBe(1);
    expect(screen.getByTestId(selectors.query.explanation)).toHaveTextContent('how fast the error budget burns');
  });

  it('can be about pages alone', async () => {
    const { seen } = await show({ queryType: 'burnAlert' });
    await userEvent.click(screen.getByRole('radio', { name: 'Page' }));
    expect(seen.query.severity).toBe('page');
    await userEvent.click(screen.getByRole('radio', { name: 'Both' }));
    expect(seen.query.severity).toBeUndefined();
  });

  it('is asked for if there is none', async () => {
    await show({});
    expect(screen.getByText('Choose a query type to run the query.')).toBeInTheDocument();
    expect(screen.queryByLabelText(/Lookbacks/)).not.toBeInTheDocument();
  });

  it('that is not known is asked for too', async () => {
    await show({ queryType: 'future' as 'status', slos: 'kept' });
    expect(screen.getByText('Choose a query type to run the query.')).toBeInTheDocument();
    expect(screen.getByText('kept')).toBeInTheDocument();
  });

  it('decides which fields there are', async () => {
    const { seen } = await show({ queryType: 'contributors', label: 'route', top: 3 });
    expect(screen.getByLabelText(/^Label/)).toHaveValue('route');
    await choose('Query type', 'error budget');
    expect(screen.queryByLabelText(/^Label/)).not.toBeInTheDocument();
    expect(seen.query).toEqual({ refId: 'A', queryType: 'budget' });
  });
});

describe('SLOs', () => {
  it('are all selected to begin with', async () => {
    await show({ queryType: 'status' });
    expect(await screen.findByPlaceholderText('All SLOs')).toBeInTheDocument();
  });

  it('are picked by name', async () => {
    const { seen } = await show({ queryType: 'status' });
    await choose('SLOs', 'checkout', 'search');
    expect(seen.query.slos).toBe('{slo=~"checkout-availability|search-latency"}');
  });

  it('are picked with the keyboard, by the beginning of a name', async () => {
    const user = userEvent.setup();
    const { seen } = await show({ queryType: 'status' });
    screen.getByRole('combobox', { name: 'SLOs' }).focus();
    await user.keyboard('search');
    await screen.findByRole('option');
    await user.keyboard('{ArrowDown}{Enter}');
    expect(seen.query.slos).toBe('search-latency');
  });

  it('that are gone are still shown', async () => {
    await show({ queryType: 'status', slos: 'renamed' });
    expect(screen.getByText('renamed')).toBeInTheDocument();
  });

  it('are picked by a variable', async () => {
    const { seen } = await show({ queryType: 'status' });
    await choose('SLOs', '$slo');
    expect(seen.query.slos).toBe('$slo');
  });

  it('are selected by matchers, which count when Enter is pressed', async () => {
    const user = userEvent.setup();
    const { seen } = await show({ queryType: 'status' });
    await user.click(screen.getByRole('radio', { name: 'Matchers' }));
    await user.type(screen.getByRole('combobox', { name: 'Matchers' }), '{{team="payments"}');
    expect(seen.query.slos).toBeUndefined();
    await user.keyboard('{Enter}');
    expect(seen.query.slos).toBe('{team="payments"}');
    expect(seen.runs).toBe(1);
  });

  it('are all selected again when a person goes back to names', async () => {
    const { seen } = await show({ queryType: 'status', slos: '{team="payments"}' });
    expect(screen.getByRole('combobox', { name: 'Matchers' })).toHaveValue('{team="payments"}');
    await userEvent.click(screen.getByRole('radio', { name: 'Names' }));
    expect(seen.query.slos).toBe('');
  });

  it('that cannot be listed say why', async () => {
    const { source } = backend({});
    await showEditor(QueryEditor, source, { refId: 'A', queryType: 'status' as const });
    expect(await screen.findByText('The SLOs cannot be listed: there is no resource slos')).toBeInTheDocument();
  });
});

describe('other fields', () => {
  it('narrow objectives to those of a name', async () => {
    const { seen } = await show({ queryType: 'status' });
    await choose(/^Objective/, 'quick');
    expect(seen.query.objective).toBe('quick');
  });

  it('take lookbacks from a list and as they are typed', async () => {
    const { seen } = await show({ queryType: 'burnRate' });
    await choose(/^Lookbacks/, '30m', '12h');
    expect(seen.query.lookbacks).toEqual(['30m', '12h']);
  });

  it('say that a lookback is no duration', async () => {
    await show({ queryType: 'burnRate', lookbacks: ['1h', '$range', 'soon'] });
    expect(screen.getByRole('alert')).toHaveTextContent('soon is no duration; write one such as 1h');
  });

  it('offer the labels by which SLOs are grouped, and those of their events', async () => {
    const { seen, requests } = await show({ queryType: 'budget', slos: 'checkout-availability' });
    await choose(/^Group by/, 'reg', 'rou');
    expect(seen.query.groupBy).toEqual(['region', 'route']);
    expect(requests).toContain('GET eventlabels?slos=checkout-availability');
  });

  it('are there even if the server does not tell its labels', async () => {
    const { source } = backend({ slos, labels: ['team'] });
    const seen = await showEditor(QueryEditor, source, { refId: 'A', queryType: 'budget' as const });
    await choose(/^Group by/, 'route');
    expect(seen.query).toMatchObject({ groupBy: ['route'] });
  });

  it('ask for a label of contributors and take how many to list', async () => {
    const user = userEvent.setup();
    const { seen } = await show({ queryType: 'contributors' });
    expect(screen.getByRole('alert')).toHaveTextContent('Choose a label');
    await choose(/^Label/, 'rou');
    await user.type(screen.getByLabelText(/^Top/), '5{Tab}');
    expect(seen.query).toMatchObject({ label: 'route', top: 5 });
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('take the burn rate from which incidents are told', async () => {
    const { seen } = await show({ queryType: 'incidents' });
    await userEvent.type(screen.getByLabelText(/^Minimum burn rate/), '2.5{Enter}');
    expect(seen.query.threshold).toBe(2.5);
  });

  it('take the share of the budget from which incidents are told', async () => {
    const { seen } = await show({ queryType: 'outages' });
    await userEvent.type(screen.getByLabelText(/^Minimum budget share/), '5{Enter}');
    expect(seen.query.minShare).toBe(0.05);
  });

  it('take targets in percent and how far back they are compared', async () => {
    const { seen } = await show({ queryType: 'targets' });
    await userEvent.type(screen.getByLabelText(/^Targets/), '99.7, 100{Enter}');
    expect(screen.getByRole('alert')).toHaveTextContent('write percentages below 100');
    await userEvent.clear(screen.getByLabelText(/^Targets/));
    await userEvent.type(screen.getByLabelText(/^Targets/), '99.7 99.85%{Enter}');
    await userEvent.type(screen.getByLabelText(/^History/), '180d{Enter}');
    expect(seen.query).toMatchObject({ targets: [0.997, 0.9985], since: '180d' });
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('filter the events by labels that their metrics have, of the SLOs that are selected', async () => {
    const { seen, requests } = await show(
      { queryType: 'status', slos: 'checkout-availability' },
      { 'labels/code/values': ['200', '500'] }
    );
    await userEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    await choose('Label of the filter', 'code');
    await choose('Value of the filter', '500');
    expect(seen.query.filters).toEqual([{ key: 'code', operator: '=', value: '500' }]);
    expect(requests).toContain('GET labels/code/values?slos=checkout-availability');
  });

  it('add, set and remove filters', async () => {
    const user = userEvent.setup();
    const { seen } = await show({ queryType: 'status' });
    await user.click(screen.getByRole('button', { name: 'Add filter' }));
    await choose('Label of the filter', 'team');
    await choose('Operator of the filter', '!=');
    await choose('Value of the filter', 'catalog');
    expect(seen.query.filters).toEqual([{ key: 'team', operator: '!=', value: 'catalog' }]);
    await user.click(
      within(screen.getByTestId(selectors.query.filter)).getByRole('button', { name: 'Remove this filter' })
    );
    expect(seen.query.filters).toEqual([]);
  });
});

describe('Explore', () => {
  const preview = [{ ...counting, bad: 'sum(bad)', total: 'sum(total)' }];
  const prometheus = (uid: string, directUrl?: string) => ({
    uid,
    name: `On ${uid}`,
    type: 'prometheus',
    jsonData: { directUrl },
  });
  const open = async (sources: unknown[], resources: Resources = {}) => {
    setDataSourceSrv({ getList: () => sources } as unknown as DataSourceSrv);
    await show({ queryType: 'status', slos: 'checkout-availability' }, { preview, ...resources });
    await userEvent.click(screen.getByRole('button', { name: 'PromQL behind it' }));
    await screen.findByLabelText('PromQL: Bad events');
  };
  const link = () => screen.findByRole('link', { name: 'Open in Explore: Bad events' });

  beforeEach(() => {
    grafana.exploreEnabled = true;
  });
  afterEach(() => {
    grafana.exploreEnabled = false;
  });

  it('shows the PromQL on the data source of the same server', async () => {
    await open([prometheus('a', 'http://other'), prometheus('b', 'http://same'), prometheus('c')], {
      server: ['http://same'],
    });
    const url = new URL((await link()).getAttribute('href') ?? '', 'http://grafana');
    expect(url.pathname).toBe('/explore');
    expect(url.searchParams.get('schemaVersion')).toBe('1');
    expect(JSON.parse(url.searchParams.get('panes') ?? '')).toEqual({
      promise: {
        datasource: 'b',
        queries: [
          { refId: 'A', datasource: { uid: 'b', type: 'prometheus' }, expr: 'sum(bad)', instant: true, range: false },
        ],
        range: { from: 'now-1h', to: 'now' },
      },
    });
    expect(screen.getByRole('combobox', { name: 'Prometheus data source for Explore' })).toHaveValue('On b');
  });

  it('shows it on the data source that a person chooses, if several are of the same server', async () => {
    await open([prometheus('a', 'http://same'), prometheus('b', 'http://same')], { server: ['http://same'] });
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
    await choose('Prometheus data source for Explore', 'On a');
    expect((await link()).getAttribute('href')).toContain('{"datasource":"a"');
  });

  it('shows it on the one that is chosen, if nobody knows which server it is', async () => {
    await open([prometheus('a', 'http://other')]);
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
    await choose('Prometheus data source for Explore', 'On a');
    expect(await link()).toBeInTheDocument();
  });

  it('is not offered without a Prometheus data source, or where it is turned off', async () => {
    await open([]);
    expect(screen.queryByRole('combobox', { name: /Explore/ })).not.toBeInTheDocument();
    cleanup();
    grafana.exploreEnabled = false;
    await open([prometheus('a')]);
    expect(screen.queryByRole('combobox', { name: /Explore/ })).not.toBeInTheDocument();
  });
});

describe('the PromQL behind it', () => {
  it('is asked for only when it is opened, with the keyboard', async () => {
    const user = userEvent.setup();
    const { requests } = await show({ queryType: 'status', slos: 'checkout-availability' });
    const button = screen.getByRole('button', { name: 'PromQL behind it' });
    expect(requests).not.toContain('GET preview?slo=checkout-availability');
    button.focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByLabelText('PromQL: Bad events')).toHaveTextContent('sum(increase(bad[30d]))');
    expect(screen.getByLabelText('PromQL: Total events')).toHaveTextContent('sum(increase(total[30d]))');
    expect(requests).toContain('GET preview?slo=checkout-availability');
    expect(button).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByText('Objective main, over 30d, by region')).toBeInTheDocument();
  });

  it('is copied', async () => {
    const user = userEvent.setup();
    await show({ queryType: 'status' });
    await user.click(screen.getByRole('button', { name: 'PromQL behind it' }));
    Object.defineProperty(window, 'isSecureContext', { value: true });
    await user.click(await screen.findByRole('button', { name: 'Copy: Total events' }));
    expect(await navigator.clipboard.readText()).toBe('sum(increase(total[30d]))');
  });

  it('is that of the SLO that is chosen', async () => {
    const { requests } = await show({ queryType: 'status' });
    await userEvent.click(screen.getByRole('button', { name: 'PromQL behind it' }));
    await screen.findByLabelText('PromQL: Bad events');
    await choose('SLO of the PromQL', 'search');
    expect(requests).toContain('GET preview?slo=search-latency');
  });

  it('says what is estimated and what failed', async () => {
    const preview = [
      { ...counting, bad: 'x', total: 'y', estimate: 'minutes are counted' },
      { ...counting, objective: 'other', error: 'avg cannot be rewritten' },
    ];
    await show({ queryType: 'status' }, { preview });
    await userEvent.click(screen.getByRole('button', { name: 'PromQL behind it' }));
    expect(await screen.findByText('minutes are counted')).toBeInTheDocument();
    expect(screen.getByText('avg cannot be rewritten')).toBeInTheDocument();
  });

  it('says that no SLO is selected', async () => {
    await show({ queryType: 'status' }, { slos: [] });
    await userEvent.click(screen.getByRole('button', { name: 'PromQL behind it' }));
    expect(await screen.findByText('No SLO is selected.')).toBeInTheDocument();
  });
});
