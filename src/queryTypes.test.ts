import { isComplete, withType } from './queryTypes';
import type { PromiseQuery } from './types';

test.each<[string, Partial<PromiseQuery>, boolean]>([
  ['without a type', {}, false],
  ['with a type', { queryType: 'status' }, true],
  ['of contributors without a label', { queryType: 'contributors', label: ' ' }, false],
  ['of contributors with a label', { queryType: 'contributors', label: 'route' }, true],
  ['of a type that is not known', { queryType: 'toString' as 'status' }, false],
])('a query %s', (_, query, want) => {
  expect(isComplete({ refId: 'A', ...query })).toBe(want);
});

test('another type leaves behind what it does not have', () => {
  const query: PromiseQuery = {
    refId: 'A',
    queryType: 'contributors',
    slos: 'a',
    label: 'route',
    top: 3,
    groupBy: ['b'],
  };
  expect(withType(query, 'budget')).toEqual({ refId: 'A', queryType: 'budget', slos: 'a', groupBy: ['b'] });
  expect(withType(query, 'slos')).toEqual({ refId: 'A', queryType: 'slos', slos: 'a' });
});
