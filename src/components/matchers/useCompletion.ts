import { useCallback } from 'react';

import { type Place, placeAt } from '../../completion';
import type { PromiseDataSource } from '../../datasource';
import { useLoaded, valueOr } from '../../hooks/useLoaded';

/** How many entries are offered at once; typing more narrows them. */
const MOST = 50;

/** What can be written where the caret is. */
export interface Completion {
  place: Place;
  entries: string[];
}

/** Offers labels of SLOs and their values while nothing but the caret's place is known: undefined is nowhere. */
export function useCompletion(datasource: PromiseDataSource, text: string, caret: number | undefined) {
  const place = caret === undefined ? undefined : placeAt(text, caret);
  const asked = place !== undefined;
  const label = place?.label;
  const known = useLoaded(
    useCallback(() => {
      if (!asked) {
        return Promise.resolve([]);
      }
      return label === undefined ? datasource.listLabels() : datasource.listValues(label);
    }, [datasource, asked, label])
  );
  if (!place) {
    return undefined;
  }
  const variables = label === undefined ? [] : datasource.variableNames();
  const entries = fitting([...valueOr(known, []), ...variables], place.written);
  return entries.length > 0 ? { place, entries } : undefined;
}

/** The entries that have what is written in them, those that begin with it first. */
function fitting(entries: string[], written: string): string[] {
  const wanted = written.toLowerCase();
  const found = entries.filter((entry) => entry.toLowerCase().includes(wanted) && entry !== written);
  const begins = (entry: string) => (entry.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b)).slice(0, MOST);
}
