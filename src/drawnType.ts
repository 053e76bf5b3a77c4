import type { PromiseQuery } from './types';

/** What annotations draw: incidents unless a person says otherwise. */
export function drawnType(query: PromiseQuery | undefined): 'incidents' | 'windows' {
  return query?.queryType === 'windows' ? 'windows' : 'incidents';
}
