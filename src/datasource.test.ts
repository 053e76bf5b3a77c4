import { type AnnotationQuery, CoreApp, type DataQueryRequest, toDataFrame } from '@grafana/data';
import { firstValueFrom } from 'rxjs';

import { backend, listedSLO } from './testing/source';
import type { PromiseQuery, PromiseVariableQuery } from './types';

const resources = {
  slos: [listedSLO('a'), listedSLO('b')],
  services: ['shop'],
  teams: ['payments'],
  labels: ['slo', 'team'],
  eventlabels: ['code', 'team'],
  'labels/team/values': ['catalog', 'payments'],
  'labels/a%2Fb/values': ['x'],
};

describe('queries', () => {
  const { source } = backend({}, { team: ['x', 'y'] });

  test.each([
    [CoreApp.Explore, 'status'],
    [CoreApp.Dashboard, 'status'],
    [CoreApp.UnifiedAlerting, 'burnAlert'],
  ])('begin in %s as %s', (app, queryType) => {
    expect(source.getDefaultQuery(app)).toEqual({ queryType, slos: '' });
  });

  it('are sent when they are complete', () => {
    expect(source.filterQuery({ refId: 'A' })).toBe(false);
    expect(source.filterQuery({ refId: 'A', queryType: 'contributors' })).toBe(false);
    expect(source.filterQuery({ refId: 'A', queryType: 'contributors', label: 'route' })).toBe(true);
  });

  it('carry the filters of the dashboard beside their own', () => {
    const query: PromiseQuery = {
      refId: 'A',
      slos: '{team="$team"}',
      filters: [{ key: 'code', operator: '=', value: '500' }],
    };
    expect(
      source.applyTemplateVariables(query, {}, [{ key: 'slo', operator: '=|', value: 'a', values: ['a', 'b'] }])
    ).toMatchObject({
      slos: '{team=~"(x|y)"}',
      filters: [{ key: 'code', operator: '=', value: '500' }],
      adhocFilters: [{ key: 'slo', operator: '=|', value: 'a', values: ['a', 'b'] }],
    });
  });

  it('are shown as text', () => {
    expect(source.getQueryDisplayText({ refId: 'A', queryType: 'burnRate', slos: 'a' })).toBe('Burn rate: a');
    expect(source.getQueryDisplayText({ refId: 'A' })).toBe('No query type');
  });
});

describe('ad hoc filters', () => {
  it('offer keys and values', async () => {
    const { source } = backend(resources);
    expect(await source.getTagKeys()).toEqual([
      { text: 'slo', group: 'SLOs' },
      { text: 'team', group: 'SLOs' },
      { text: 'code', group: 'Events' },
    ]);
    expect(await source.getTagValues({ key: 'team', filters: [] })).toEqual([
      { text: 'catalog' },
      { text: 'payments' },
    ]);
    expect(await source.getTagValues({ key: 'a/b', filters: [] })).toEqual([{ text: 'x' }]);
  });
});

test('ad hoc filters of SLOs are offered while the server is down', async () => {
  const { source } = backend({ labels: ['slo'] });
  expect(await source.getTagKeys()).toEqual([{ text: 'slo', group: 'SLOs' }]);
});

describe('variables', () => {
  test.each<[Partial<PromiseVariableQuery>, string[], string]>([
    [{}, ['a', 'b'], 'GET slos?slos='],
    [{ kind: 'slos', slos: '{team="$team"}' }, ['a', 'b'], 'GET slos?slos=%7Bteam%3D%7E%22%28x%7Cy%29%22%7D'],
    [{ kind: 'objectives', slos: 'a' }, ['main'], 'GET slos?slos=a'],
    [{ kind: 'services' }, ['shop'], 'GET services?slos='],
    [{ kind: 'teams' }, ['payments'], 'GET teams?slos='],
    [{ kind: 'values', label: 'team' }, ['catalog', 'payments'], 'GET labels/team/values'],
    [{ kind: 'values', label: 'team', slos: 'a' }, ['catalog', 'payments'], 'GET labels/team/values?slos=a'],
    [{ kind: 'values', label: '$label' }, ['catalog', 'payments'], 'GET labels/team/values'],
  ])('%j list %j', async (query, want, request) => {
    const { source, requests } = backend(resources, { team: ['x', 'y'], label: 'team' });
    const asked = {
      targets: [{ refId: 'V', ...query }],
      scopedVars: {},
    } as unknown as DataQueryRequest<PromiseVariableQuery>;
    const { data } = await firstValueFrom(source.variables.query(asked));
    expect(data).toEqual(want.map((text) => ({ text, value: text })));
    expect(requests).toEqual([request]);
  });

  it('of the values of no label are empty', async () => {
    const { source, requests } = backend(resources);
    const asked = {
      targets: [{ refId: 'V', kind: 'values' }],
      scopedVars: {},
    } as unknown as DataQueryRequest<PromiseVariableQuery>;
    expect(await firstValueFrom(source.variables.query(asked))).toEqual({ data: [] });
    expect(requests).toEqual([]);
  });
});

describe('annotations', () => {
  const { annotations } = backend({}).source;
  const prepared = (target?: Partial<PromiseQuery>) =>
    annotations.prepareQuery?.({ target } as unknown as AnnotationQuery<PromiseQuery>);

  it('are incidents, whatever they were', () => {
    const want = { refId: 'X', queryType: 'incidents', slos: 'a', threshold: 2 };
    expect(prepared({ refId: 'X', queryType: 'status', slos: 'a', threshold: 2 })).toEqual(want);
  });

  it('are the ends of windows, if those are chosen', async () => {
    expect(prepared({ queryType: 'windows', slos: 'a' })).toMatchObject({ queryType: 'windows', slos: 'a' });
    const target = { refId: 'Anno', queryType: 'windows' } as const;
    const drawn = annotations.processEvents?.({ target } as unknown as AnnotationQuery<PromiseQuery>, [
      toDataFrame({
        fields: Object.entries({
          slo: 'a',
          title: 'A',
          service: '',
          team: '',
          window: '1M calendar (UTC)',
          end: 7,
          met: null,
        }).map(([name, value]) => ({ name, values: [value] })),
      }),
    ]);
    expect(drawn && (await firstValueFrom(drawn))).toMatchObject([{ time: 7, title: 'A' }]);
  });

  it('are, when nothing is chosen, what the editor shows', () => {
    expect(prepared()).toEqual({ refId: 'Anno', ...annotations.getDefaultQuery?.() });
  });
});
