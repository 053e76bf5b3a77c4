import type { QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { RadioButtonGroup, Text } from '@grafana/ui';
import React from 'react';

import type { PromiseDataSource } from '../datasource';
import { drawnType } from '../drawnType';
import { withType } from '../queryTypes';
import { selectors } from '../selectors';
import type { PromiseOptions, PromiseQuery } from '../types';
import { QueryFields } from './query/QueryFields';

type Props = QueryEditorProps<PromiseDataSource, PromiseQuery, PromiseOptions>;

const DRAWN = {
  incidents: {
    label: 'Incidents',
    explanation: 'Draws each incident from its start to its end.',
  },
  windows: {
    label: 'Budget resets',
    explanation: 'Draws the end of each calendar window, with its result. Rolling windows have no end.',
  },
} as const;

const OPTIONS = (['incidents', 'windows'] as const).map((value) => ({ value, label: DRAWN[value].label }));

/** Chooses what is drawn into graphs, and of which SLOs. */
export function AnnotationEditor({ datasource, query, onChange }: Props) {
  const drawn = drawnType(query);
  return (
    <div data-testid={selectors.annotation.editor}>
      <EditorRows>
        <EditorRow>
          <EditorField label="Draw">
            <RadioButtonGroup
              aria-label="Draw"
              options={OPTIONS}
              value={drawn}
              onChange={(type) => {
                onChange(withType(query, type));
              }}
            />
          </EditorField>
        </EditorRow>
        <Text color="secondary">{DRAWN[drawn].explanation}</Text>
        <QueryFields datasource={datasource} query={{ ...query, queryType: drawn }} onChange={onChange} />
      </EditorRows>
    </div>
  );
}
