import { act, renderHook } from '@testing-library/react';

import { useLoaded } from './useLoaded';

/** A request whose answer the test gives when it likes. */
function request() {
  const { promise, resolve, reject } = deferred();
  return { load: () => promise, resolve, reject };
}

function deferred() {
  let resolve: (value: string) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const settled = (change: () => void) =>
  act(() => {
    change();
    return Promise.resolve();
  });

test('a value is loaded', async () => {
  const asked = request();
  const { result } = renderHook(() => useLoaded(asked.load));
  expect(result.current).toEqual({ state: 'loading' });
  await settled(() => {
    asked.resolve('here');
  });
  expect(result.current).toEqual({ state: 'done', value: 'here' });
});

test.each([
  ['an error', new Error('no'), 'no'],
  ["the backend's words", { status: 400, data: { error: 'slos: no' }, config: {} }, 'slos: no'],
  ['a status', { status: 502, data: undefined, config: {} }, 'The server answered 502'],
])('a failure is told by %s', async (_, error, want) => {
  const asked = request();
  const { result } = renderHook(() => useLoaded(asked.load));
  await settled(() => {
    asked.reject(error);
  });
  expect(result.current).toEqual({ state: 'failed', error: want });
});

test('an answer that comes too late is not taken for the newer one', async () => {
  const [older, newer] = [request(), request()];
  const { result, rerender } = renderHook(({ load }) => useLoaded(load), { initialProps: older });
  rerender(newer);
  await settled(() => {
    newer.resolve('new');
  });
  await settled(() => {
    older.resolve('old');
  });
  expect(result.current).toEqual({ state: 'done', value: 'new' });
});
