import type { QueryEditorProps } from '@grafana/data';
import { EditorRow, EditorRows } from '@grafana/plugin-ui';
import React from 'react';

import type { PromiseDataSource } from '../../datasource';
import { withType } from '../../queryTypes';
import { selectors } from '../../selectors';
import type { PromiseOptions, PromiseQuery } from '../../types';
import { Preview } from './Preview';
import { QueryFields } from './QueryFields';
import { TypeField } from './TypeField';

type Props = QueryEditorProps<PromiseDataSource, PromiseQuery, PromiseOptions>;

/** Builds a query: what to ask, of which SLOs, and how; with the PromQL behind it. */
export function QueryEditor({ datasource, query, onChange, onRunQuery }: Props) {
  const change = (changed: PromiseQuery) => {
    onChange(changed);
    onRunQuery();
  };
  return (
    <div data-testid={selectors.query.editor}>
      <EditorRows>
        <EditorRow>
          <TypeField
            value={query.queryType}
            onChange={(type) => {
              change(withType(query, type));
            }}
          />
        </EditorRow>
        <QueryFields datasource={datasource} query={query} onChange={change} />
        <Preview datasource={datasource} slos={query.slos ?? ''} />
      </EditorRows>
    </div>
  );
}
