import { type DataQueryRequest, dateTime, FieldType, toDataFrame } from '@grafana/data';

import { reachAhead } from './timeRange';
import type { PromiseQuery, QueryType } from './types';

const NOW = Date.UTC(2026, 10, 25);
const DAY = 24 * 3_600_000;

function asked(queryType: QueryType, from: number, to: number): DataQueryRequest<PromiseQuery> {
  const range = { from: dateTime(from), to: dateTime(to), raw: { from: 'now-30d', to: 'now' } };
  return { range, targets: [{ refId: 'A', queryType }] } as unknown as DataQueryRequest<PromiseQuery>;
}

function answered(...until: number[]) {
  return {
    data: until.map((time) => toDataFrame({ fields: [{ name: 'time', type: FieldType.time, values: [NOW, time] }] })),
  };
}

describe('the axis of a panel', () => {
  test.each([
    ['reaches as far as the projection', 'projection', NOW - 30 * DAY, NOW, [NOW + 14 * DAY], NOW + 14 * DAY],
    [
      'reaches as far as the longest of several',
      'projection',
      NOW - 30 * DAY,
      NOW,
      [NOW, NOW + 9 * DAY],
      NOW + 9 * DAY,
    ],
    ['has room for the past', 'projection', NOW - DAY, NOW, [NOW + 14 * DAY], NOW + DAY],
    ['stays where it is in the past', 'projection', NOW - 30 * DAY, NOW - DAY, [NOW + 14 * DAY], NOW - DAY],
    ['stays where it is if nothing is projected', 'projection', NOW - 30 * DAY, NOW, [], NOW],
    ['stays where it is for anything else', 'budget', NOW - 30 * DAY, NOW, [NOW + 14 * DAY], NOW],
  ] as const)('%s', (_, queryType, from, to, until, expected) => {
    const request = asked(queryType, from, to);
    reachAhead(request, answered(...until), NOW);
    expect(request.range.from.valueOf()).toBe(from);
    expect(request.range.to.valueOf()).toBe(expected);
  });

  it('is that of times, not of words that Grafana would read again', () => {
    const request = asked('projection', NOW - 30 * DAY, NOW);
    reachAhead(request, answered(NOW + DAY), NOW);
    expect(request.range.raw.to.valueOf()).toBe(NOW + DAY);
  });
});
