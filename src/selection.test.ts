import { readSelection, writeNames } from './selection';

describe('names of SLOs', () => {
  test.each([
    ['none', [], ''],
    ['one', ['checkout'], 'checkout'],
    ['several', ['a', 'b'], '{slo=~"a|b"}'],
    ['with characters of regular expressions', ['a.b', 'c|d', 'e\\f'], '{slo=~"a\\\\.b|c\\\\|d|e\\\\\\\\f"}'],
    ['with variables', ['$slo', 'a', '${other}'], '{slo=~"$slo|a|${other}"}'],
  ])('%s are written and read again', (_, names, slos) => {
    expect(writeNames(names)).toBe(slos);
    expect(readSelection(slos)).toEqual({ kind: 'names', names });
  });
});

test.each([
  '{team="payments"}',
  '{slo=~"a.*|b"}',
  '{slo=~"a|b", team="x"}',
  '{slo="a"}',
  '{slo=~"a"}',
  '{',
  '{slo=~"\\x"}',
])('%s stays as it is written', (text) => {
  expect(readSelection(` ${text} `)).toEqual({ kind: 'matchers', text });
});
