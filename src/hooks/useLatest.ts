import { useCallback, useEffect, useRef } from 'react';

/** A function that stays the same and calls the newest one: for who keeps the first that is given. */
export function useLatest<T>(newest: (value: T) => void): (value: T) => void {
  const kept = useRef(newest);
  useEffect(() => {
    kept.current = newest;
  });
  return useCallback((value: T) => {
    kept.current(value);
  }, []);
}
