import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { of } from 'rxjs';

import { incidentEvents, windowEvents } from './annotationEvents';
import { AnnotationEditor } from './components/AnnotationEditor';
import { drawnType } from './drawnType';
import type { PromiseQuery } from './types';

/**
 * What is drawn unless a person says otherwise: what burns at least as fast as
 * a budget of 30 days that loses 5 % in 6 hours.
 */
const DEFAULTS: Partial<PromiseQuery> = { slos: '', threshold: 6 };

/** Annotations are incidents, from their start to their end, or the ends of windows. */
export const annotationSupport: AnnotationSupport<PromiseQuery> = {
  QueryEditor: AnnotationEditor,
  getDefaultQuery: () => ({ ...DEFAULTS, queryType: 'incidents' }),
  prepareQuery: (annotation: AnnotationQuery<PromiseQuery>): PromiseQuery => ({
    refId: 'Anno',
    ...DEFAULTS,
    ...annotation.target,
    queryType: drawnType(annotation.target),
  }),
  processEvents: ({ target }, frames) =>
    of(frames.flatMap((frame) => (drawnType(target) === 'windows' ? windowEvents(frame) : incidentEvents(frame)))),
};
