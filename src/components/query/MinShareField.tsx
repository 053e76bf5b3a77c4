import { EditorField } from '@grafana/plugin-ui';
import React, { useId } from 'react';

import { CommittedInput } from '../CommittedInput';
import type { FieldProps } from './fieldProps';

/** Chooses how much of the budget an incident consumed at least, in percent. */
export function MinShareField({ query, onChange }: FieldProps) {
  const id = useId();
  return (
    <EditorField
      label="Minimum budget share (%)"
      htmlFor={id}
      width={18}
      optional
      tooltip="An incident consumed at least this share of a window's error budget. What consumed less is part of the remainder."
    >
      <CommittedInput
        id={id}
        type="number"
        width={14}
        min={0}
        max={100}
        step="any"
        value={query.minShare ? String(query.minShare * 100) : ''}
        placeholder="1"
        onCommit={(text) => {
          onChange({ ...query, minShare: Math.min(Math.max(0, Number(text)), 100) / 100 });
        }}
      />
    </EditorField>
  );
}
