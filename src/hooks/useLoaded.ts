import { useEffect, useState } from 'react';

import { errorText } from '../errorText';

/** What is being asked for: not here yet, here, or failed. */
export type Loaded<T> = { state: 'loading' } | { state: 'done'; value: T } | { state: 'failed'; error: string };

/** Loads a value, and loads it anew when the function is another one: callers keep it with useCallback. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [last, setLast] = useState<{ of: () => Promise<T>; loaded: Loaded<T> }>();
  useEffect(() => {
    let outdated = false;
    const settle = (loaded: Loaded<T>) => {
      if (!outdated) {
        setLast({ of: load, loaded });
      }
    };
    load().then(
      (value) => {
        settle({ state: 'done', value });
      },
      (error: unknown) => {
        settle({ state: 'failed', error: errorText(error) });
      }
    );
    return () => {
      outdated = true;
    };
  }, [load]);
  return last?.of === load ? last.loaded : { state: 'loading' };
}

/** The loaded value, or another one until it is here. */
export function valueOr<T>(loaded: Loaded<T>, otherwise: T): T {
  return loaded.state === 'done' ? loaded.value : otherwise;
}
