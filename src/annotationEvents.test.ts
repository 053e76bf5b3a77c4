import { type DataFrame, toDataFrame } from '@grafana/data';

import { incidentEvents, windowEvents } from './annotationEvents';

test('an incident reaches from its start to its end', () => {
  const frame = toDataFrame({
    fields: [
      { name: 'time', values: [1000] },
      { name: 'timeEnd', values: [4000] },
      { name: 'text', values: ['30 bad events in 3 s'] },
      { name: 'tags', values: ['slo:checkout,team:payments'] },
      { name: 'title', values: ['Checkout answers'] },
    ],
  });
  expect(incidentEvents(frame)).toEqual([
    {
      time: 1000,
      timeEnd: 4000,
      isRegion: true,
      title: 'Checkout answers',
      text: '30 bad events in 3 s',
      tags: ['slo:checkout', 'team:payments'],
    },
  ]);
});

test('an incident that goes on reaches to now', () => {
  const frame = toDataFrame({
    fields: [
      { name: 'time', values: [1000] },
      { name: 'timeEnd', values: [null] },
      { name: 'tags', values: ['slo:checkout'] },
    ],
  });
  expect(incidentEvents(frame, 9000)[0]).toMatchObject({ time: 1000, timeEnd: 9000 });
});

function windows(rows: Array<Record<string, unknown>>): DataFrame {
  const names = 'slo title service team window start end target sli met unknown budgetConsumed'.split(' ');
  const first = { slo: 'checkout', title: 'Checkout answers', service: 'shop', team: '', start: 0, target: 0.999 };
  return toDataFrame({
    fields: names.map((name) => ({ name, values: rows.map((row) => ({ ...first, ...row })[name as 'slo']) })),
  });
}

const month = { window: '1M calendar (Europe/Paris)', end: 5000 };

test.each([
  [
    { ...month, sli: 0.99951, met: true, budgetConsumed: 0.49 },
    'Objective met: 99.951 % good, target 99.9 %, 49 % of the budget consumed. The error budget is reset.',
  ],
  [
    { ...month, sli: 0.99767, met: false, budgetConsumed: 2.333 },
    'Objective missed: 99.767 % good, target 99.9 %, 233.3 % of the budget consumed. The error budget is reset.',
  ],
  [
    { ...month, sli: null, met: null, unknown: 'No events', budgetConsumed: null },
    'It is not known whether the objective was met: no events. The error budget is reset.',
  ],
  [
    { ...month, sli: 1, met: null, unknown: 'Data for only 3 % of the window', budgetConsumed: 0 },
    'It is not known whether the objective was met: data for only 3 % of the window. The error budget is reset.',
  ],
])('a window %j is drawn at its end', (row, text) => {
  expect(windowEvents(windows([row]))).toEqual([
    { time: 5000, title: 'Checkout answers', text, tags: ['slo:checkout', 'service:shop'] },
  ]);
});

test('rolling windows never close', () => {
  const rolling = { window: '30d rolling', end: 5000, sli: 0.9, met: false, budgetConsumed: 2 };
  expect(windowEvents(windows([rolling, { ...rolling, ...month }]))).toHaveLength(1);
});
