import { interpolate, interpolateSelection } from './interpolation';
import { templates, type Values } from './testing/source';
import type { Filter, PromiseQuery } from './types';
import type { Replace } from './variableReferences';

function replacing(values: Values, customAll: Record<string, string> = {}): Replace {
  const srv = templates(values, customAll);
  return (text, format) => srv.replace(text, {}, format);
}

describe('a selection of SLOs', () => {
  const values = {
    one: 'checkout',
    many: ['a.b', 'c'],
    none: '',
    empty: [],
    quote: 'say "hi"',
    matchers: '{team="x"}',
  };
  test.each([
    ['without variables stays', '{team="payments"}', '{team="payments"}'],
    ['is trimmed', '  checkout ', 'checkout'],
    ['of all stays empty', '', ''],
    ['by a variable with one value', '$one', 'checkout'],
    ['by a variable in braces', '${one}-availability', 'checkout-availability'],
    ['by a variable in brackets', '[[one]]', 'checkout'],
    ['by a variable with several values', '$many', '{slo=~"(a\\\\.b|c)"}'],
    ['by text and a variable with several values', 'x.$many', '{slo=~"x\\\\.(a\\\\.b|c)"}'],
    ['by a variable without a value selects nothing', '$none', '{slo=""}'],
    ['by a variable with an empty list selects nothing', '$empty', '{slo=""}'],
    ['by a variable that holds matchers', '$matchers', '{team="x"}'],
    ['by a variable that is not known', '$unknown', '$unknown'],
    ['by a custom "All"', '$all', '{slo=~"(check.*)"}'],
    ['equal to one value', '{team="$one"}', '{team="checkout"}'],
    ['equal to several values', '{team="$many"}', '{team=~"(a\\\\.b|c)"}'],
    ['unequal to several values', '{team!="$many"}', '{team!~"(a\\\\.b|c)"}'],
    ['equal to text and several values', '{team="x+$many"}', '{team=~"x\\\\+(a\\\\.b|c)"}'],
    ['equal to a custom "All"', '{team="$all"}', '{team=~"(check.*)"}'],
    ['matching one value', '{team=~"$one|x.*"}', '{team=~"checkout|x.*"}'],
    ['matching several values', '{team=~"$many|x.*"}', '{team=~"(a\\\\.b|c)|x.*"}'],
    ['not matching several values', '{team!~"$many"}', '{team!~"(a\\\\.b|c)"}'],
    ['with quotes in a value', '{team="$quote"}', '{team="say \\"hi\\""}'],
    ['with single quotes', "{team='$one'}", '{team="checkout"}'],
    ['with backticks', '{team=~`a\\d$one`}', '{team=~"a\\\\dcheckout"}'],
    ['with several matchers', '{a="$one", b="c", d=~"$many"}', '{a="checkout", b="c", d=~"(a\\\\.b|c)"}'],
    ['with a variable for a name', '{$one="x"}', '{checkout="x"}'],
    ['with a regular expression that ends in $', '{team=~"a$"}', '{team=~"a$"}'],
  ])('%s', (_, slos, want) => {
    expect(interpolateSelection(slos, replacing(values, { all: 'check.*' }))).toBe(want);
  });

  it('never puts a value in twice', () => {
    expect(interpolateSelection('{a="$x"}', replacing({ x: '$y', y: 'wrong' }))).toBe('{a="$y"}');
  });

  it('leaves a variable with a format of its own to that format', () => {
    const replace: Replace = (text) => (text === '${x:regex}' ? '(a\\.b|c)' : text);
    expect(interpolateSelection('{a=~"${x:regex}"}', replace)).toBe('{a=~"(a\\\\.b|c)"}');
  });
});

describe('a query', () => {
  const replace = replacing({ one: '1h', many: ['a.b', 'c'] }, { all: '.+' });
  const query = (fields: Partial<PromiseQuery>) => interpolate({ refId: 'A', ...fields }, replace);

  it('keeps what has no variables', () => {
    const plain: PromiseQuery = {
      refId: 'A',
      queryType: 'contributors',
      slos: 'checkout',
      objective: 'main',
      label: 'route',
      top: 3,
      threshold: 2,
      lookbacks: ['1h'],
      groupBy: ['region'],
      filters: [{ key: 'code', operator: '=~', value: '5..' }],
    };
    expect(interpolate(plain, replace)).toEqual(plain);
  });

  it('spreads variables with several values over lists', () => {
    expect(query({ lookbacks: ['$one', '6h'] }).lookbacks).toEqual(['1h', '6h']);
    expect(query({ groupBy: ['$many', 'x_$many'] }).groupBy).toEqual(['a.b', 'c', 'x_a.b', 'x_c']);
  });

  it('narrows objectives by a filter where there are several', () => {
    expect(query({ objective: '$many' })).toMatchObject({
      objective: '',
      filters: [{ key: 'objective', operator: '=~', value: '(a\\.b|c)' }],
    });
  });

  test.each<[string, Filter, Filter]>([
    ['one value', { key: 'k', operator: '=', value: '$one' }, { key: 'k', operator: '=', value: '1h' }],
    ['several values', { key: 'k', operator: '=', value: '$many' }, { key: 'k', operator: '=~', value: '(a\\.b|c)' }],
    [
      'several values, unequal',
      { key: 'k', operator: '!=', value: '$many' },
      { key: 'k', operator: '!~', value: '(a\\.b|c)' },
    ],
    ['a custom "All"', { key: 'k', operator: '=', value: '$all' }, { key: 'k', operator: '=~', value: '(.+)' }],
    [
      'a pattern',
      { key: 'k', operator: '=~', value: 'x.*|$many' },
      { key: 'k', operator: '=~', value: 'x.*|(a\\.b|c)' },
    ],
    [
      'any of',
      { key: 'k', operator: '=|', value: '', values: ['$many', 'd'] },
      { key: 'k', operator: '=|', value: 'a.b', values: ['a.b', 'c', 'd'] },
    ],
    ['a variable as the key', { key: '$one', operator: '=', value: 'x' }, { key: '1h', operator: '=', value: 'x' }],
  ])('filters by %s', (_, filter, want) => {
    expect(query({ filters: [filter] }).filters).toEqual([want]);
  });
});
