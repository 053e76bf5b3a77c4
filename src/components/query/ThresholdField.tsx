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
      tooltip="An incident burns faster than this. A rate of 1 consumes exactly the budget over the window. Without one, it is twice the usual burn rate of the SLO, at most 1."
    >
      <CommittedInput
        id={id}
        type="number"
        width={14}
        min={0}
        step="any"
        value={query.threshold ? String(query.threshold) : ''}
        placeholder="auto"
        onCommit={(text) => {
          onChange({ ...query, threshold: Math.max(0, Number(text)) });
        }}
      />
    </EditorField>
  );
}
