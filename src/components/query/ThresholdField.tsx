import { EditorField } from '@grafana/plugin-ui';
import React, { useId } from 'react';

import { CommittedInput } from '../CommittedInput';
import type { FieldProps } from './fieldProps';

/** Chooses from which burn rate on an incident is one. */
export function ThresholdField({ query, onChange }: FieldProps) {
  const id = useId();
  return (
    <EditorField
      label="Minimum burn rate"
      htmlFor={id}
      width={14}
      optional
      tooltip="An incident is a time of at least this burn rate. A rate of 1 consumes exactly the budget over the window."
    >
      <CommittedInput
        id={id}
        type="number"
        width={14}
        min={0}
        step="any"
        value={query.threshold ? String(query.threshold) : ''}
        placeholder="1"
        onCommit={(text) => {
          onChange({ ...query, threshold: Math.max(0, Number(text)) });
        }}
      />
    </EditorField>
  );
}
