import { useCallback } from 'react';

import { type Place, placeAt } from '../../completion';
import type { PromiseDataSource } from '../../datasource';
import { useLoaded, valueOr } from '../../hooks/useLoaded';

/** How many entries are offered at once; typing more narrows them. */
const MOST = 50;

/** Completions where the caret is. */
export interface Completion {
  place: Place;
  entries: string[];
}

/** Offers the labels of SLOs and their values where the caret is; an undefined caret is nowhere. */
export function useCompletion(
  datasource: PromiseDataSource,
  text: string,
  caret: number | undefined
): Completion | undefined {
  const place = caret === undefined ? undefined : placeAt(text, caret);
  const known = useKnown(datasource, place !== undefined, place?.label);
  if (!place) {
    return undefined;
  }
  const variables = place.label === undefined ? [] : datasource.variableNames();
  const entries = fitting([...known, ...variables], place.written);
  return entries.length > 0 ? { place, entries } : undefined;
}

/** The labels of SLOs, or the values of one of them; none while they are not wanted. */
function useKnown(datasource: PromiseDataSource, wanted: boolean, label: string | undefined): string[] {
  const load = useCallback(() => {
    if (!wanted) {
      return Promise.resolve([]);
    }
    return label === undefined ? datasource.listLabels() : datasource.listValues(label);
  }, [datasource, wanted, label]);
  return valueOr(useLoaded(load), []);
}

/** The entries that have what is written in them, those that begin with it first. */
function fitting(entries: string[], written: string): string[] {
  const wanted = written.toLowerCase();
  const found = entries.filter((entry) => entry.toLowerCase().includes(wanted) && entry !== written);
  const begins = (entry: string) => (entry.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b)).slice(0, MOST);
}
