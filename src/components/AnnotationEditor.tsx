import type { QueryEditorProps } from '@grafana/data';
import { EditorRows } from '@grafana/plugin-ui';
import { Text } from '@grafana/ui';
import React from 'react';

import type { PromiseDataSource } from '../datasource';
import { selectors } from '../selectors';
import type { PromiseOptions, PromiseQuery } from '../types';
import { QueryFields } from './query/QueryFields';

type Props = QueryEditorProps<PromiseDataSource, PromiseQuery, PromiseOptions>;

/** Chooses the SLOs whose incidents are drawn into graphs. */
export function AnnotationEditor({ datasource, query, onChange }: Props) {
  return (
    <div data-testid={selectors.annotation.editor}>
      <EditorRows>
        <Text color="secondary">
          Each incident, a time at which error budget burned fast, is drawn from its start to its end.
        </Text>
        <QueryFields datasource={datasource} query={{ ...query, queryType: 'incidents' }} onChange={onChange} />
      </EditorRows>
    </div>
  );
}
