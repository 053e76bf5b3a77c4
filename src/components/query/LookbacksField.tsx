import React from 'react';

import { isDuration } from '../../duration';
import { hasReference } from '../../variableReferences';
import { ListField } from './ListField';
import type { FieldProps } from './fieldProps';

const USUAL = ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '7d'];

const DEFAULTS: Record<string, string> = {
  burnRate: '1h, 6h',
  sli: 'the step of the panel',
  windowAlert: '1d',
};

/** Chooses over how long burn rates and SLIs look back. */
export function LookbacksField({ query, onChange, variables }: FieldProps) {
  const wrong = query.lookbacks?.find((text) => !hasReference(text) && !isDuration(text));
  return (
    <ListField
      label="Lookbacks"
      tooltip="How far burn rates and SLIs look back, as the range of a PromQL selector; for a window alert, how long a closed window is reported. Type any duration, such as 12h."
      placeholder={DEFAULTS[query.queryType ?? ''] ?? 'default'}
      options={[...variables, ...USUAL]}
      values={query.lookbacks}
      error={wrong === undefined ? undefined : `${wrong} is no duration; write one such as 1h`}
      onChange={(lookbacks) => {
        onChange({ ...query, lookbacks });
      }}
    />
  );
}
