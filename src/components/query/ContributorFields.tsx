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
      tooltip="The label of the metrics behind the SLOs whose values are told apart, such as route."
      invalid={missing}
      error="Name a label; nothing is asked without one"
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
      tooltip="How many values are listed for each SLO, those that burned most first. Empty lists all."
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
