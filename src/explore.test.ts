import { type DataSourceInstanceSettings, textUtil } from '@grafana/data';

import { exploreUrl } from './explore';

const source = { uid: 'p', type: 'prometheus' } as DataSourceInstanceSettings;

test.each([
  'sum(increase(a[30d])) + 2 * sum(b)',
  'a{path=~"/a\\\\.b\\\\test\\n|c&d#e"}',
  'sum(a)\n/\n\tsum(b)',
  'a{path="/x%20y%2Bz"} % 2',
  'a{name="Zoë &#43; \\"quoted\\""}',
])('a link into Explore asks %s', (expr) => {
  const asked = (url: string) => {
    const { pathname, searchParams } = new URL(url, 'http://grafana');
    const panes = JSON.parse(searchParams.get('panes') ?? '') as Record<string, { queries: Array<{ expr: string }> }>;
    return [pathname, searchParams.get('schemaVersion'), panes['promise']?.queries[0]?.expr];
  };
  const url = exploreUrl(source, expr);
  expect(asked(url)).toEqual(['/explore', '1', expr]);
  expect(asked(textUtil.sanitizeUrl(url))).toEqual(['/explore', '1', expr]);
});
