import { complete, placeAt } from './completion';

/** The text and the caret of a text with ▮ for the caret. */
function marked(text: string): [string, number] {
  const caret = text.indexOf('▮');
  return [text.replace('▮', ''), caret];
}

test.each<[string, string | undefined, string, string, string]>([
  ['▮', undefined, '', 'team', '{team=▮'],
  ['{▮', undefined, '', 'team', '{team=▮'],
  ['{te▮', undefined, 'te', 'team', '{team=▮'],
  ['{te▮am="x"}', undefined, 'te', 'tier', '{tier▮="x"}'],
  ['{te▮ !~ "x"}', undefined, 'te', 'tier', '{tier▮ !~ "x"}'],
  ['{team="x", ▮', undefined, '', 'tier', '{team="x", tier=▮'],
  ['{team="x,y",▮}', undefined, '', 'tier', '{team="x,y",tier=▮}'],
  ['{▮', undefined, '', 'app/name', '{"app/name"=▮'],
  ['{team=▮', 'team', '', 'payments', '{team="payments"▮}'],
  ['{team=▮}', 'team', '', 'payments', '{team="payments"▮}'],
  ['{team="▮', 'team', '', 'payments', '{team="payments"▮}'],
  ['{team="pay▮', 'team', 'pay', 'payments', '{team="payments"▮}'],
  ['{team="pay▮"}', 'team', 'pay', 'payments', '{team="payments▮"}'],
  ['{team="pa▮y"}', 'team', 'pa', 'payments', '{team="payments▮"}'],
  ['{team="pa▮, tier="1"}', 'team', 'pa', 'payments', '{team="payments"▮, tier="1"}'],
  ['{a="x", team != "▮', 'team', '', 'say "hi"', '{a="x", team != "say \\"hi\\""▮}'],
  ['{team=~"a|p▮', 'team', 'p', 'p.q', '{team=~"a|p\\\\.q"▮}'],
  ['{team=~"p▮|b"}', 'team', 'p', 'p.q', '{team=~"p\\\\.q▮|b"}'],
  ['{team=~"▮', 'team', '', '$team', '{team=~"$team"▮}'],
  ['{"a\\"\\q"="▮', 'a"q', '', 'x', '{"a\\"\\q"="x"▮}'],
  ['{"app/name"="▮', 'app/name', '', 'x', '{"app/name"="x"▮}'],
])('at %s', (text, label, written, entry, want) => {
  const [plain, caret] = marked(text);
  const place = placeAt(plain, caret);
  expect([place?.label, place?.written]).toEqual([label, written]);
  expect(place && complete(plain, place, entry)).toEqual({ text: marked(want)[0], caret: marked(want)[1] });
});

test.each([
  'checkout▮',
  '▮checkout',
  '{team="x"▮',
  '{team="x"}▮',
  '{team=▮"x"}',
  "{team='▮",
  '{team=`▮',
  '{team !▮',
  '"▮',
])('nothing can be offered at %s', (text) => {
  expect(placeAt(...marked(text))).toBeUndefined();
});
