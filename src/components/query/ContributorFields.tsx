import { EditorField } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import React, { useId } from 'react';

import { CommittedInput } from '../CommittedInput';
import type { FieldProps } from './fieldProps';

/** Names the label whose values are told apart. */
export function LabelField({ query, onChange, eventLabels, variables }: FieldProps) {
  const id = useId();
  const missing = !query.label?.trim();
  return (
    <EditorField
      label="Label"
      htmlFor={id}
      width={20}
      required
      tooltip="The metric label whose values are compared, such as route."
      invalid={missing}
      error="Choose a label"
    >
      <Combobox
        id={id}
        width={24}
        options={[...variables, ...eventLabels].map((value) => ({ value, label: value }))}
        value={query.label || null}
        placeholder="route"
        createCustomValue
        onChange={({ value }) => {
          onChange({ ...query, label: value.trim() });
        }}
      />
    </EditorField>
  );
}

/** Chooses how many contributors are listed. */
export function TopField({ query, onChange }: FieldProps) {
  const id = useId();
  return (
    <EditorField
      label="Top"
      htmlFor={id}
      width={10}
      optional
      tooltip="The number of values for each SLO, the largest first. Empty lists all."
    >
      <CommittedInput
        id={id}
        type="number"
        min={0}
        width={12}
        value={query.top ? String(query.top) : ''}
        placeholder="all"
        onCommit={(text) => {
          onChange({ ...query, top: Math.max(0, Math.trunc(Number(text))) });
        }}
      />
    </EditorField>
  );
}
