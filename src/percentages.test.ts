import { formatTargets, parseTargets } from './percentages';

test.each<[string, number[] | undefined]>([
  ['', []],
  ['99.9', [0.999]],
  ['99.7, 99.95%', [0.997, 0.9995]],
  ['5', [0.05]],
  ['0', [0]],
  ['99,7', [0.99, 0.07]],
  ['100', undefined],
  ['0.999.', undefined],
  ['-1', undefined],
  ['most', undefined],
])('%s', (text, want) => {
  expect(parseTargets(text)).toEqual(want);
});

test('targets are written as they were read', () => {
  for (const text of ['', '99.7, 99.95', '5', '33.33333333']) {
    expect(formatTargets(parseTargets(text))).toBe(text);
  }
});
