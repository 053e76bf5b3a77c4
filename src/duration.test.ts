import { isDuration } from './duration';

test.each(['5m', '1h30m', '30d', '1y2w3d', '500ms', '0s'])('%s is a duration', (text) => {
  expect(isDuration(text)).toBe(true);
});

test.each(['', '5', 'm', '5 m', '1.5h', '30m1h', '-5m', '5M'])('"%s" is none', (text) => {
  expect(isDuration(text)).toBe(false);
});
