import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';

import { AnnotationEditor } from './components/AnnotationEditor';
import type { PromiseQuery } from './types';

/** Annotations are incidents, from their start to their end. */
export const annotationSupport: AnnotationSupport<PromiseQuery> = {
  QueryEditor: AnnotationEditor,
  getDefaultQuery: () => ({ queryType: 'incidents', slos: '' }),
  prepareQuery: (annotation: AnnotationQuery<PromiseQuery>): PromiseQuery => ({
    refId: 'Anno',
    ...annotation.target,
    queryType: 'incidents',
  }),
};
