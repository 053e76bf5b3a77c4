import { useCallback } from 'react';

import type { PromiseDataSource } from '../datasource';
import { useLoaded, valueOr } from './useLoaded';

/** The labels by which the events of the selected SLOs can be told apart; none while they are not wanted. */
export function useEventLabels(datasource: PromiseDataSource, slos: string | undefined, wanted = true): string[] {
  const load = useCallback(
    () => (wanted ? datasource.listEventLabels(slos) : Promise.resolve([])),
    [datasource, slos, wanted]
  );
  return valueOr(useLoaded(load), []);
}
