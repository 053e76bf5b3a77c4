import type { QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import React, { useCallback, useId } from 'react';

import type { PromiseDataSource } from '../datasource';
import { useEventLabels } from '../hooks/useEventLabels';
import { useLoaded, valueOr } from '../hooks/useLoaded';
import { labelOptions } from '../labelOptions';
import { selectors } from '../selectors';
import type { PromiseOptions, PromiseQuery, PromiseVariableQuery, VariableKind } from '../types';
import { MatchersInput } from './matchers/MatchersInput';

type Props = QueryEditorProps<PromiseDataSource, PromiseQuery, PromiseOptions, PromiseVariableQuery>;

const KINDS: Array<{ value: VariableKind; label: string; description: string }> = [
  { value: 'slos', label: 'SLOs', description: 'The names of SLOs' },
  { value: 'objectives', label: 'Objectives', description: 'The names of objectives, where SLOs have several' },
  { value: 'services', label: 'Services', description: 'The services of SLOs' },
  { value: 'teams', label: 'Teams', description: 'The teams that own SLOs' },
  {
    value: 'values',
    label: 'Label values',
    description: 'The values of a label of SLOs, or of a metric label',
  },
];

/** Chooses what a variable lists, and of which SLOs. */
export function VariableEditor({ datasource, query, onChange }: Props) {
  const id = useId();
  const kind = query.kind ?? 'slos';
  // A variable that is new has an empty text in place of a query.
  const change = (changed: Partial<PromiseVariableQuery>) => {
    onChange({ refId: 'PromiseVariable', kind, slos: query.slos, label: query.label, ...changed });
  };
  return (
    <div data-testid={selectors.variable.editor}>
      <EditorRow>
        <EditorField label="List" htmlFor={id} width={24}>
          <Combobox
            id={id}
            options={KINDS}
            value={kind}
            onChange={({ value }) => {
              change({ kind: value });
            }}
          />
        </EditorField>
        {kind === 'values' && (
          <LabelChoice
            datasource={datasource}
            slos={query.slos}
            label={query.label ?? ''}
            onChange={(label) => {
              change({ label });
            }}
          />
        )}
        <Selection
          datasource={datasource}
          slos={query.slos ?? ''}
          onChange={(slos) => {
            change({ slos });
          }}
        />
      </EditorRow>
    </div>
  );
}

interface LabelChoiceProps {
  datasource: PromiseDataSource;
  slos: string | undefined;
  label: string;
  onChange: (label: string) => void;
}

function LabelChoice({ datasource, slos, label, onChange }: LabelChoiceProps) {
  const id = useId();
  const ofSLOs = useLoaded(useCallback(() => datasource.listLabels(), [datasource]));
  const ofEvents = useEventLabels(datasource, slos);
  return (
    <EditorField label="Label" htmlFor={id} width={24} required>
      <Combobox
        id={id}
        options={labelOptions(valueOr(ofSLOs, []), ofEvents)}
        value={label || null}
        placeholder="Choose or type a label"
        createCustomValue
        onChange={({ value }) => {
          onChange(value);
        }}
      />
    </EditorField>
  );
}

interface SelectionProps {
  datasource: PromiseDataSource;
  slos: string;
  onChange: (slos: string) => void;
}

function Selection({ datasource, slos, onChange }: SelectionProps) {
  const id = useId();
  return (
    <EditorField
      label="SLOs"
      htmlFor={id}
      width={40}
      optional
      tooltip="A name or label matchers, in which other variables may stand. Empty selects all."
    >
      <MatchersInput datasource={datasource} id={id} value={slos} placeholder='{team="$team"}' onCommit={onChange} />
    </EditorField>
  );
}
