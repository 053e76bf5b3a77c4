import { act, renderHook } from '@testing-library/react';

import { useDebounced } from './useDebounced';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a value counts once it has stayed the same for the time', () => {
  const { result, rerender } = renderHook((value: string) => useDebounced(value, 600), { initialProps: 'a' });
  const pass = (milliseconds: number) => {
    act(() => {
      jest.advanceTimersByTime(milliseconds);
    });
  };
  rerender('ab');
  pass(400);
  rerender('abc');
  pass(599);
  expect(result.current).toBe('a');
  pass(1);
  expect(result.current).toBe('abc');
});
